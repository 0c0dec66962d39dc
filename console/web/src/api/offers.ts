/** What is asked of the agent right now, and the people it may be asked of; the calls of `offers_api` and `agents_api`. */
import type { DeskApi } from "./client";
import type { AgentRef, Escalation, Summary } from "./types";

export type Status = "online" | "busy" | "away" | "offline";
export const CHOICES = ["online", "busy", "away"] as const satisfies readonly Status[];

export interface Verdict {
  agent: AgentRef;
  outcome: "chosen" | "behind" | "out";
  why: string[];
  load: number;
  max_chats: number;
}

/** Why a customer was offered to whom. */
export interface ReasonPath {
  asked: Record<string, string>;
  waited_s: number;
  relaxed: string[];
  considered: Verdict[];
}

export interface Offer {
  escalation: Escalation;
  left_s: number;
  path: ReasonPath;
}

export interface Transfer {
  id: number;
  mine: boolean;
  conversation_id: string;
  display_name: string;
  channel: string;
  last_text: string;
  giver: AgentRef;
  to: AgentRef | null;
  skill: string;
  note: string;
  left_s: number;
}

export interface Asked {
  status: Status;
  offers: Offer[];
  transfers: Transfer[];
}

export interface Colleague extends AgentRef {
  role: "agent" | "supervisor";
  status: Status;
  load: number;
  max_chats: number;
  skills: string[];
}

export interface Colleagues {
  colleagues: Colleague[];
  skills: { skill: string; online: number }[];
}

export interface Ability {
  skills: string[];
  regions: string[];
  classes: string[];
  languages: string[];
  max_chats: number;
}

export type DeskAgent = Colleague & Ability;

const summaryOf = (answer: Promise<{ conversation: Summary }>) => answer.then(({ conversation }) => conversation);

export const readAsked = (api: DeskApi) => api.request<Asked>("GET", "/api/offers");

export const choosePresence = (api: DeskApi, status: Status) =>
  api.request<{ status: Status }>("POST", "/api/presence", { status });

export const declineOffer = (api: DeskApi, escalationId: number, reason: string) =>
  summaryOf(api.request("POST", `/api/escalations/${escalationId}/decline`, { reason }));

export const askTransfer = (api: DeskApi, conversationId: string, to: string, note: string) =>
  summaryOf(api.request("POST", `/api/conversations/${encodeURIComponent(conversationId)}/transfer`, { to, note }));

export const acceptTransfer = (api: DeskApi, id: number) =>
  summaryOf(api.request("POST", `/api/transfers/${id}/accept`, {}));

export const declineTransfer = (api: DeskApi, id: number, reason: string) =>
  summaryOf(api.request("POST", `/api/transfers/${id}/decline`, { reason }));

export const withdrawTransfer = (api: DeskApi, id: number) =>
  summaryOf(api.request("POST", `/api/transfers/${id}/withdraw`, {}));

export const readColleagues = (api: DeskApi) => api.request<Colleagues>("GET", "/api/colleagues");

export const readAgents = async (api: DeskApi) =>
  (await api.request<{ agents: DeskAgent[] }>("GET", "/api/agents")).agents;

export const changeAgent = async (api: DeskApi, id: string, ability: Ability) =>
  (await api.request<{ agent: DeskAgent }>("POST", `/api/agents/${encodeURIComponent(id)}`, ability)).agent;
