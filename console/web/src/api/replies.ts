/** The calls of what makes an agent write faster: canned replies, suggestions, promises, pings, closing, calls, files. */
import type { DeskApi } from "./client";
import type { AgentRef, Message } from "./types";

export interface Canned {
  id: number;
  owner: string | null;
  folder: string;
  skill: string;
  shortcut: string;
  title: string;
  text: string;
  expires_at: string | null;
  ends_soon: boolean;
  ended: boolean;
  version: number;
  live_version: number | null;
  state: "pending" | "approved" | "rejected" | "superseded";
  uses: number;
  written_by: AgentRef;
  written_at: string;
  reason: string;
  initials?: string;
}

export interface CannedWords {
  folder: string;
  skill: string;
  shortcut: string;
  title: string;
  text: string;
  expires_at: string;
}

export interface CannedVersion {
  version: number;
  state: Canned["state"];
  title: string;
  text: string;
  written_by: string;
  written_at: string;
  decided_by: string | null;
  reason: string | null;
}

export interface Suggestion {
  id: number;
  seq: number;
  kind: "knowledge" | "intent";
  source: string;
  title: string;
  text: string;
  intent: string;
  state: string;
}

export interface SuggestionFigures {
  kind: string;
  source: string;
  title: string;
  shown: number;
  sent: number;
  edited: number;
  rejected: number;
  taken: number;
  ignored: number;
}

export interface PromiseMade {
  id: number;
  conversation_id: string;
  seq: number | null;
  agent: AgentRef;
  text: string;
  due_at: string;
  state: "watching" | "kept" | "broken" | "dropped";
  confirmed: boolean;
  reminded: boolean;
  late: boolean;
}

export type PromiseAct = "confirm" | "kept" | "broken" | "drop";

export interface Ping {
  id: number;
  kind: "mention" | "promise_due" | "promise_late" | "canned_expiring" | "watch_owner" | "watch_lead" | "watch_duty";
  /** Of a step of a ladder: what kind of thing runs out. */
  about: string;
  conversation_id: string | null;
  by: AgentRef | null;
  text: string;
  at: string;
  read: boolean;
}

export interface ClosingFacts {
  skill: string;
  reason: string;
  topic: string;
  asked: string[];
  answered: string[];
  acts: { name: string; what: string }[];
  orders: string[];
  promises: { id: number; text: string; due_at: string; state: string }[];
  results: string[];
}

export interface KnowledgeDraft {
  id: number;
  conversation_id: string | null;
  question: string;
  answer: string;
  intent: string;
  state: "pending" | "accepted" | "rejected";
  written_by: AgentRef;
  written_at: string;
  decided_by: string | null;
  reason: string;
}

export interface Call {
  id: number;
  conversation_id: string;
  channel: string;
  display_name: string;
  reason: string;
  created_at: string;
  lines: { seq: number; role: string; text: string; at: string }[];
}

export interface Quota {
  left: number;
  most: number;
  reachable: boolean;
  window_open: boolean;
  window_ends_at: string | null;
}

export interface Colleague extends AgentRef {
  role: string;
}

const chat = (id: string) => `/api/conversations/${encodeURIComponent(id)}`;

export const replies = {
  usable: (api: DeskApi) => api.request<{ canned: Canned[]; variables: string[] }>("GET", "/api/canned"),
  managed: async (api: DeskApi) => (await api.request<{ canned: Canned[] }>("GET", "/api/canned/all")).canned,
  addCanned: (api: DeskApi, words: CannedWords, shared: boolean) =>
    api.request<unknown>("POST", "/api/canned", { ...words, shared }),
  editCanned: (api: DeskApi, id: number, words: CannedWords) => api.request<unknown>("POST", `/api/canned/${id}`, words),
  decideCanned: (api: DeskApi, one: Canned, approve: boolean, reason: string) =>
    api.request<unknown>("POST", `/api/canned/${one.id}/decision`, { version: one.version, approve, reason }),
  retireCanned: (api: DeskApi, id: number) => api.request<void>("POST", `/api/canned/${id}/retire`, {}),
  cannedVersions: async (api: DeskApi, id: number) =>
    (await api.request<{ versions: CannedVersion[] }>("GET", `/api/canned/${id}/versions`)).versions,
  countCanned: (api: DeskApi, id: number) => api.request<void>("POST", `/api/canned/${id}/uses`, {}),
  fillCanned: (api: DeskApi, chatId: string, id: number) =>
    api.request<{ text: string; missing: string[] }>("POST", `${chat(chatId)}/canned/${id}`, {}),
  suggestions: async (api: DeskApi, id: string) =>
    (await api.request<{ suggestions: Suggestion[] }>("GET", `${chat(id)}/suggestions`)).suggestions ?? [],
  decideSuggestion: (api: DeskApi, id: number, state: "accepted" | "rejected") =>
    api.request<void>("POST", `/api/suggestions/${id}`, { state }),
  sentSuggestion: (api: DeskApi, id: number, seq: number) =>
    api.request<unknown>("POST", `/api/suggestions/${id}/sent`, { seq }),
  suggestionFigures: async (api: DeskApi, days: number) =>
    (await api.request<{ figures: SuggestionFigures[] }>("GET", `/api/suggestions/figures?days=${days}`)).figures,
  promisesOf: async (api: DeskApi, id: string) =>
    (await api.request<{ promises: PromiseMade[] }>("GET", `${chat(id)}/promises`)).promises ?? [],
  openPromises: async (api: DeskApi, scope: "mine" | "all") =>
    (await api.request<{ promises: PromiseMade[] }>("GET", `/api/promises?scope=${scope}`)).promises ?? [],
  addPromise: (api: DeskApi, id: string, text: string, due_at: string) =>
    api.request<unknown>("POST", `${chat(id)}/promises`, { text, due_at }),
  actOnPromise: (api: DeskApi, id: number, act: PromiseAct, due_at = "") =>
    api.request<unknown>("POST", `/api/promises/${id}`, { act, due_at }),
  pings: (api: DeskApi) => api.request<{ pings: Ping[]; unread: number }>("GET", "/api/pings"),
  readPing: (api: DeskApi, id: number) => api.request<void>("POST", "/api/pings/read", { id }),
  colleagues: async (api: DeskApi) =>
    (await api.request<{ colleagues: Colleague[] }>("GET", "/api/colleagues")).colleagues ?? [],
  closing: async (api: DeskApi, id: string) =>
    (await api.request<{ closing: ClosingFacts }>("GET", `${chat(id)}/closing`)).closing,
  addDraft: (api: DeskApi, conversation_id: string, pair: { question: string; answer: string; intent: string }) =>
    api.request<unknown>("POST", "/api/knowledge-drafts", { conversation_id, ...pair }),
  drafts: (api: DeskApi) =>
    api.request<{ drafts: KnowledgeDraft[]; intents: string[] }>("GET", "/api/knowledge-drafts"),
  acceptDraft: (api: DeskApi, id: number, pair: { question: string; answer: string; intent: string }) =>
    api.request<unknown>("POST", `/api/knowledge-drafts/${id}/acceptance`, pair),
  rejectDraft: (api: DeskApi, id: number, reason: string) =>
    api.request<unknown>("POST", `/api/knowledge-drafts/${id}/rejection`, { reason }),
  calls: async (api: DeskApi) => (await api.request<{ calls: Call[] }>("GET", "/api/calls")).calls ?? [],
  finishCall: (api: DeskApi, id: number, note: string) => api.request<void>("POST", `/api/calls/${id}/done`, { note }),
  quota: async (api: DeskApi, id: string) =>
    (await api.request<{ quota: Quota | null }>("GET", `${chat(id)}/quota`)).quota ?? null,
  retry: async (api: DeskApi, id: string, seq: number) =>
    (await api.request<{ message: Message }>("POST", `${chat(id)}/messages/${seq}/retry`, {})).message,
  sendFile: async (api: DeskApi, id: string, file: File, clientId: string) =>
    (
      await api.upload<{ message: Message }>(`${chat(id)}/files`, file, {
        "Content-Type": "application/octet-stream",
        "X-File-Name": encodeURIComponent(file.name),
        "X-Client-Id": clientId,
      })
    ).message,
} as const;
