/** The calls of search, saved searches and calls after low scores. */
import type { DeskApi } from "./client";
import type { AgentRef } from "./types";

export const FILTERS = [
  "text",
  "customer",
  "account",
  "order",
  "agent",
  "skill",
  "channel",
  "first",
  "last",
  "result",
  "stars_from",
  "stars_to",
  "mood",
  "tag",
] as const;

export type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

export interface FoundRow {
  conversation_id: string;
  escalation_id: number | null;
  display_name: string;
  channel: string;
  at: string;
  result: string;
  skill: string;
  priority: number | null;
  reason: string;
  agent: AgentRef | null;
  wait_s: number | null;
  handle_s: number | null;
  stars: number | null;
  comment: string;
  mood: number | null;
  accounts: string[];
  orders: string[];
  tags: string[];
  snippet: string;
}

export interface FoundPage {
  total: number;
  more: boolean;
  rows: FoundRow[];
}

export interface SavedSearch {
  id: number;
  name: string;
  filters: Filters;
}

export interface FollowUp {
  id: number;
  conversation_id: string;
  display_name: string;
  channel: string;
  skill: string;
  stars: number;
  comment: string;
  rated_at: string;
  due_at: string;
  late: boolean;
  next_try_at: string | null;
  tries: number;
  state: "open" | "reached" | "declined" | "unreached";
  served_by: AgentRef | null;
  claimed_by: AgentRef | null;
  cause: string | null;
  note: string;
  ended_at: string | null;
}

/** Only what is set: an empty filter does not narrow. */
export function queryOf(filters: Filters): string {
  const told = FILTERS.filter((name) => filters[name]).map((name) => `${name}=${encodeURIComponent(filters[name]!)}`);
  return told.join("&");
}

/** Every filter, empty where it is not set, as the writing calls want it. */
export function bodyOf(filters: Filters): Record<string, string> {
  return Object.fromEntries(FILTERS.map((name) => [name, filters[name] ?? ""]));
}

export function search(api: DeskApi, filters: Filters, page: number): Promise<FoundPage> {
  return api.request("GET", `/api/search?${[queryOf(filters), `page=${page}`].filter(Boolean).join("&")}`);
}

export function exportSearch(api: DeskApi, filters: Filters, reason: string): Promise<Blob> {
  return api.download("/api/search/export", { ...bodyOf(filters), reason });
}

export async function savedSearches(api: DeskApi): Promise<SavedSearch[]> {
  return (await api.request<{ searches: SavedSearch[] }>("GET", "/api/searches")).searches;
}

export function saveSearch(api: DeskApi, name: string, filters: Filters): Promise<SavedSearch> {
  return api.request("POST", "/api/searches", { ...bodyOf(filters), name });
}

export function forgetSearch(api: DeskApi, id: number): Promise<void> {
  return api.request("POST", `/api/searches/${id}/delete`, {});
}

export async function followUps(api: DeskApi, state: "open" | "ended"): Promise<FollowUp[]> {
  return (await api.request<{ follow_ups: FollowUp[] }>("GET", `/api/follow-ups?state=${state}`)).follow_ups;
}

export function claimFollowUp(api: DeskApi, id: number): Promise<void> {
  return api.request("POST", `/api/follow-ups/${id}/claim`, {});
}

export interface CallResult {
  outcome: "reached" | "declined" | "unreached";
  cause: string;
  note: string;
}

export function finishFollowUp(api: DeskApi, id: number, result: CallResult): Promise<{ ended: boolean }> {
  return api.request("POST", `/api/follow-ups/${id}/result`, result);
}
