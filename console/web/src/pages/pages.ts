/** The pages of the desk beside the workplace, as the top bar lists them; a new page is a line here and a component of its own. */
import {
  AlertOutlined,
  BookOutlined,
  CalendarOutlined,
  DashboardOutlined,
  FileSearchOutlined,
  HourglassOutlined,
  NotificationOutlined,
  PhoneOutlined,
  ScheduleOutlined,
  SearchOutlined,
  TeamOutlined,
  ThunderboltOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";

import { AccountsPage } from "./AccountsPage/AccountsPage";
import { AlarmsPage } from "./AlarmsPage/AlarmsPage";
import { AuditPage } from "./AuditPage/AuditPage";
import { AgentsPage } from "../components/AgentsPage/AgentsPage";
import type { DeskApi } from "../api/client";
import type { Agent } from "../api/types";
import { FollowUpsPage } from "../components/FollowUps/FollowUpsPage";
import { SearchPage } from "../components/Search/SearchPage";
import { WallPage } from "../components/Wall/WallPage";
import { CannedPage } from "../components/CannedPage/CannedPage";
import { DraftsPage } from "../components/DraftsPage/DraftsPage";
import { DutyPage } from "../components/DutyPage/DutyPage";
import { CalendarPage } from "../components/CalendarPage/CalendarPage";
import { WatchesPage } from "../components/WatchesPage/WatchesPage";
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
  { key: "wall", titleKey: "pages.wall", icon: DashboardOutlined, roles: ["supervisor"], View: WallPage },
  { key: "search", titleKey: "pages.search", icon: SearchOutlined, roles: ["supervisor", "quality"], View: SearchPage },
  { key: "follow-ups", titleKey: "pages.follow_ups", icon: PhoneOutlined, roles: ["supervisor"], View: FollowUpsPage },
  { key: "agents", titleKey: "agents.title", icon: TeamOutlined, roles: ["supervisor"], View: AgentsPage },
  { key: "canned", titleKey: "pages.canned", icon: ThunderboltOutlined, roles: ["agent", "supervisor", "editor"], View: CannedPage },
  { key: "duty", titleKey: "pages.duty", icon: ScheduleOutlined, roles: ["agent", "supervisor"], View: DutyPage },
  { key: "drafts", titleKey: "pages.drafts", icon: BookOutlined, roles: ["supervisor", "editor"], View: DraftsPage },
  { key: "calendar", titleKey: "pages.calendar", icon: CalendarOutlined, roles: ["supervisor"], View: CalendarPage },
  { key: "notices", titleKey: "page.notices", icon: NotificationOutlined, roles: ["agent", "supervisor"], View: NoticesPage },
  { key: "watches", titleKey: "pages.watches", icon: HourglassOutlined, roles: ["agent", "supervisor"], View: WatchesPage },
  { key: "accounts", titleKey: "accounts.title", icon: TeamOutlined, roles: ["administrator"], View: AccountsPage },
  { key: "audit", titleKey: "audit.title", icon: FileSearchOutlined, roles: ["auditor"], View: AuditPage },
  { key: "alarms", titleKey: "alarms.title", icon: AlertOutlined, roles: ["supervisor", "auditor"], View: AlarmsPage },
];

/** The pages somebody of this role may open. */
export function pagesOf(me: Agent): readonly Page[] {
  return PAGES.filter((page) => page.roles.includes(me.role));
}
