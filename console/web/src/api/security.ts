/** The calls about one's own log-in, about accounts, the audit, and what is masked. */
import type { DeskApi } from "./client";
import type { AgentRef, DeskRole } from "./types";

type Caller = Pick<DeskApi, "request">;

export interface OwnSession {
  id: string;
  current: boolean;
  live: boolean;
  began: string;
  seen: string;
  ended_why: string | null;
  address: string;
  browser: string;
  way: string;
}

export interface Enrolment {
  secret: string;
  uri: string;
  qr: string;
}

export interface Account extends AgentRef {
  role: DeskRole;
  skills: string[];
  max_chats: number;
  active: boolean;
  must_change: boolean;
  totp: boolean;
  totp_required: boolean;
  locked: boolean;
  seen: string | null;
}

export interface AccountList {
  accounts: Account[];
  rights: Record<string, string[]>;
}

export interface NewAccount {
  agent_id: string;
  name: string;
  role: DeskRole;
  skills: string;
  max_chats: number;
}

export type AccountChange = Pick<Account, "name" | "role" | "active" | "totp_required">;

export interface AuditRow {
  id: number;
  actor: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
  at: string;
  hash: string;
}

export interface Verdict {
  rows: number;
  head: string;
  whole: boolean;
  broken: number | null;
  why: string;
}

export interface Alarm {
  id: number;
  kind: string;
  agent: AgentRef;
  detail: { count?: number; conversation_id?: string };
  at: string;
}

export interface Unmasked {
  value: string;
  until: string;
  seconds: number;
  count: number;
}

export interface UnmaskReason {
  code: string;
  words: boolean;
}

export const ssoOffer = ({ request }: Caller) => request<{ on: boolean; name: string }>("GET", "/api/sso");
export const confirmPassword = ({ request }: Caller, password: string) =>
  request<void>("POST", "/api/me/confirm", { password });
export const changePassword = ({ request }: Caller, old: string, fresh: string) =>
  request<void>("POST", "/api/me/password", { old, new: fresh });
export const ownSessions = ({ request }: Caller) => request<{ sessions: OwnSession[] }>("GET", "/api/me/sessions");
export const endSession = ({ request }: Caller, id: string) =>
  request<void>("POST", `/api/me/sessions/${encodeURIComponent(id)}/end`, {});
export const enrolTotp = ({ request }: Caller) => request<Enrolment>("POST", "/api/me/totp", {});
export const confirmTotp = ({ request }: Caller, code: string) =>
  request<{ recovery_codes: string[] }>("POST", "/api/me/totp/confirm", { code });

const account = (id: string) => `/api/accounts/${encodeURIComponent(id)}`;
export const listAccounts = ({ request }: Caller) => request<AccountList>("GET", "/api/accounts");
export const createAccount = ({ request }: Caller, wanted: NewAccount) =>
  request<{ code: string }>("POST", "/api/accounts", wanted);
export const changeAccount = ({ request }: Caller, id: string, wanted: AccountChange) =>
  request<{ requeued: number }>("POST", account(id), wanted);
export const resetPassword = ({ request }: Caller, id: string) =>
  request<{ code: string }>("POST", `${account(id)}/reset`, {});
export const resetTotp = ({ request }: Caller, id: string) => request<void>("POST", `${account(id)}/totp/reset`, {});

export type AuditFilter = Partial<Record<"actor" | "action" | "subject" | "since" | "until", string>>;

/** The query of a filter; what is empty is left out. */
export function auditQuery(filter: AuditFilter, more: Record<string, string | number> = {}): string {
  const said = Object.entries({ ...filter, ...more }).filter(([, value]) => value !== undefined && value !== "");
  return new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString();
}

export const readAudit = ({ request }: Caller, filter: AuditFilter, before?: number) =>
  request<{ rows: AuditRow[]; more: boolean }>("GET", `/api/audit?${auditQuery(filter, before ? { before } : {})}`);
export const verifyAudit = ({ request }: Caller) => request<Verdict>("GET", "/api/audit/verify");

export const listAlarms = ({ request }: Caller) => request<{ alarms: Alarm[] }>("GET", "/api/alarms");
export const seeAlarm = ({ request }: Caller, id: number) => request<void>("POST", `/api/alarms/${id}/seen`, {});

export const unmaskReasons = ({ request }: Caller) => request<{ reasons: UnmaskReason[] }>("GET", "/api/unmask/reasons");
export const unmask = ({ request }: Caller, id: string, wish: { field: string; reason: string; words: string }) =>
  request<Unmasked>("POST", `/api/conversations/${encodeURIComponent(id)}/unmask`, wish);
