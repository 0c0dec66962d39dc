/** The calls about notices: what was told of each event, who is left, whom to call. */
import type { DeskApi } from "./client";

export interface NoticeSums {
  readonly planned: number;
  readonly reached: number;
  readonly read: number;
  readonly missed: number;
  readonly dropped: number;
  readonly open: number;
  readonly percent: number;
}

export interface NoticeEvent extends NoticeSums {
  readonly family: string;
  readonly subject: string;
  readonly key: string;
  readonly kind: string;
  readonly told_at: string;
}

export interface NoticeFact extends NoticeSums {
  readonly fact_id: number;
  readonly kind: string;
  readonly state: string;
  readonly reason: string;
  readonly due_at: string;
  readonly words: Readonly<Record<string, string>>;
  readonly places: readonly string[];
}

export interface NoticeRest {
  readonly kind: string;
  readonly account_tail: string;
  readonly place: string;
  readonly way: string;
  readonly state: string;
  readonly reason: string;
  readonly tries: number;
  readonly made_at: string;
}

export interface NoticeCall {
  readonly call_id: number;
  readonly kind: string;
  readonly subject: string;
  readonly account_tail: string;
  readonly phone_masked: string;
  readonly care: string;
  readonly reason: string;
  readonly call_by: string;
  /** For how many seconds it should have been made. */
  readonly late_s: number;
  readonly words: string;
}

export interface NoticeDetail {
  readonly facts: readonly NoticeFact[];
  readonly rest: readonly NoticeRest[];
  readonly rest_most: number;
  /** Who had not confirmed in time, key accounts first. */
  readonly unconfirmed: readonly NoticeSilent[];
}

export interface NoticeSilent {
  readonly account_tail: string;
  readonly place: string;
  readonly care: string;
  readonly did: "resent" | "call" | "late";
  readonly way: string;
  readonly told_at: string;
  readonly listed_at: string;
  readonly confirmed: boolean;
}

const pathOf = (event: NoticeEvent) => `/api/notices/${encodeURIComponent(event.family)}/${encodeURIComponent(event.key)}`;

/** The address of the sheet of those who were not reached. */
export const sheetOf = (event: NoticeEvent): string => `${pathOf(event)}/sheet`;

/** The address of the sheet of those who had not confirmed in time. */
export const unconfirmedSheetOf = (event: NoticeEvent): string => `${pathOf(event)}/unconfirmed`;

export const noticeEvents = async (api: DeskApi): Promise<readonly NoticeEvent[]> =>
  (await api.request<{ events: NoticeEvent[] }>("GET", "/api/notices")).events;

export const noticeDetail = (api: DeskApi, event: NoticeEvent): Promise<NoticeDetail> => api.request("GET", pathOf(event));

export const noticeCalls = async (api: DeskApi): Promise<readonly NoticeCall[]> =>
  (await api.request<{ calls: NoticeCall[] }>("GET", "/api/notice-calls")).calls;

export const phoneOf = async (api: DeskApi, call: NoticeCall): Promise<string> =>
  (await api.request<{ phone: string }>("POST", `/api/notice-calls/${call.call_id}/phone`)).phone;

export const finishCall = (api: DeskApi, call: NoticeCall, reached: boolean, spokenTo: string): Promise<void> =>
  api.request("POST", `/api/notice-calls/${call.call_id}`, { reached, spoken_to: spokenTo });
