/** What a role does at the desk, as far as the page needs it; the server decides, the page only spares empty places. */
import type { Agent } from "../api/types";

/** Answers customers: has a queue and chats of their own. */
export function serves(me: Agent): boolean {
  return me.role === "agent" || me.role === "supervisor";
}

/** Reads chats that are not their own. */
export function watches(me: Agent): boolean {
  return me.role === "supervisor" || me.role === "quality";
}

/** Approves canned replies and knowledge. */
export function approves(me: Agent): boolean {
  return me.role === "supervisor" || me.role === "editor";
}

/** Has the workplace at all; the others have their pages only. */
export function hasWorkplace(me: Agent): boolean {
  return serves(me) || watches(me);
}
