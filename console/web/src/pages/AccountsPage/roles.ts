/** The roles of the desk, in the order the pages list them. */
import type { DeskRole } from "../../api/types";

export const ROLES: readonly DeskRole[] = ["agent", "supervisor", "quality", "editor", "administrator", "auditor"];
