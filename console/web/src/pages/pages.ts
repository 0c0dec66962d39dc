/** The pages of the desk beside the workplace, as the top bar lists them; a new page is a line here and a component of its own. */
import { NotificationOutlined } from "@ant-design/icons";
import type { ComponentType } from "react";

import type { DeskApi } from "../api/client";
import type { Agent } from "../api/types";
import { NoticesPage } from "../components/NoticesPage/NoticesPage";
import type { DeskState } from "../state/model";

export interface PageProps {
  me: Agent;
  api: DeskApi;
  state: DeskState;
  /** Shows a conversation in the workplace. */
  onOpen: (conversationId: string) => void;
}

export interface Page {
  readonly key: string;
  readonly titleKey: string;
  readonly icon: ComponentType;
  readonly roles: readonly Agent["role"][];
  readonly View: ComponentType<PageProps>;
}

export const PAGES: readonly Page[] = [
  { key: "notices", titleKey: "page.notices", icon: NotificationOutlined, roles: ["agent", "supervisor"], View: NoticesPage },
];

/** The pages somebody of this role may open. */
export function pagesOf(me: Agent): readonly Page[] {
  return PAGES.filter((page) => page.roles.includes(me.role));
}
