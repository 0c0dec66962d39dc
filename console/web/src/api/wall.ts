/** The calls of the supervisor: the wall, a chat under supervision, reports; types as contracts/console.openapi.yml has them. */
import type { DeskApi } from "./client";
import type { AgentRef, Message, Summary } from "./types";

export interface Limit {
  amber: number;
  red: number;
}

export interface WallChat {
  conversation_id: string;
  display_name: string;
  channel: string;
  mood: number | null;
  skill: string;
  priority: number;
  reason: string;
  requested_at: string;
  accepted_at: string | null;
  agent_id: string | null;
  answered: boolean;
  open_since: string | null;
  limit: Limit;
  attended: boolean;
}

export interface Measures {
  requests: number;
  answered: number;
  served: number;
  abandoned: number;
  returned: number;
  closed: number;
  wait_s: number | null;
  longest_wait_s: number | null;
  first_response_s: number | null;
  handle_s: number | null;
  transfers: number;
  stars: number | null;
  rated: number;
  content: number;
  content_share: number | null;
}

export interface BotShare {
  talks: number;
  self_served: number;
  self_service_rate: number | null;
}

export type AgentState = "offline" | "away" | "paused" | "idle" | "busy" | "full";

export interface WallAgent {
  id: string;
  name: string;
  role: string;
  skills: string[];
  max_chats: number;
  state: AgentState;
  since: string | null;
  load: number;
  today: Measures | null;
}

export interface Alarm {
  kind: string;
  since: string | null;
  conversation_id: string | null;
  display_name: string | null;
  agent_id: string | null;
  skill: string | null;
  count: number;
}

export interface Wall {
  version: string;
  at: string;
  waiting: WallChat[];
  serving: WallChat[];
  agents: WallAgent[];
  alarms: Alarm[];
  today: Measures & BotShare & { hours: (Measures & { hour: number })[] };
  service_level: number;
  bot_errors: number;
  follow_ups: number;
  late_follow_ups: number;
}

export interface Attendance {
  agent: AgentRef;
  kind: "watch" | "join";
  since: string;
}

export type By = "agent" | "skill" | "day";

export interface Figures {
  first: string;
  last: string;
  by: By;
  rows: (Measures & { key: string; name: string })[];
  total: Measures & BotShare;
}

const at = (id: string) => `/api/conversations/${encodeURIComponent(id)}`;

/** The wall, or null when it is still as the page knows it. */
export async function readWall(api: DeskApi, since: string): Promise<Wall | null> {
  return (await api.request<Wall | undefined>("GET", `/api/wall?since=${since}`)) ?? null;
}

export async function readAttendance(api: DeskApi, id: string): Promise<Attendance[]> {
  return (await api.request<{ present: Attendance[] }>("GET", `${at(id)}/attendance`)).present;
}

export function attend(api: DeskApi, id: string, act: "watch" | "unwatch" | "join" | "leave"): Promise<void> {
  return api.request("POST", `${at(id)}/${act}`, {});
}

export async function speak(api: DeskApi, id: string, how: "whisper" | "join", clientId: string, text: string): Promise<Message> {
  const path = how === "whisper" ? `${at(id)}/whisper` : `${at(id)}/join/messages`;
  return (await api.request<{ message: Message }>("POST", path, { client_id: clientId, text })).message;
}

export async function reassign(api: DeskApi, id: string, to: string, note: string): Promise<Summary> {
  return (await api.request<{ conversation: Summary }>("POST", `${at(id)}/reassign`, { to, note })).conversation;
}

export interface Moved {
  conversation_id: string;
  to: string;
  code: string;
}

export async function reassignAll(api: DeskApi, agentId: string, to: string, note: string): Promise<Moved[]> {
  const path = `/api/agents/${encodeURIComponent(agentId)}/reassign`;
  return (await api.request<{ moved: Moved[] }>("POST", path, { to, note })).moved;
}

export function readFigures(api: DeskApi, first: string, last: string, by: By): Promise<Figures> {
  return api.request("GET", `/api/figures?first=${first}&last=${last}&by=${by}`);
}

export function exportFigures(api: DeskApi, first: string, last: string, by: By, reason: string): Promise<Blob> {
  return api.download("/api/figures/export", { first, last, by, reason });
}
