/** Turns what the wire refused into one typed error and the key of a sentence; it writes no sentence itself. */
import { BOOKS } from "../locales/books";
import { SECURITY_KEYS } from "./securityErrors";
import type { AgentRef, Problem } from "./types";

export type ErrorKind = "network" | "timeout" | "http";

/** A call that did not succeed: it never reached the server (`network`, `timeout`) or was refused (`http`). */
export class ApiError extends Error {
  readonly code: string;
  readonly agent: AgentRef | null;
  readonly reason: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;

  constructor(
    readonly kind: ErrorKind,
    readonly status: number = 0,
    problem: Problem = {},
  ) {
    super(problem.detail ?? problem.title ?? kind);
    this.name = "ApiError";
    this.code = problem.code ?? "";
    this.agent = problem.agent ?? null;
    this.reason = problem.reason ?? "";
    this.facts = problem.facts ?? {};
  }
}

const KEY_BY_CODE: Readonly<Record<string, string>> = {
  ...SECURITY_KEYS,
  "handoff.already_accepted": "error.already_accepted",
  "handoff.not_owner": "error.not_owner",
  "handoff.not_waiting": "error.not_waiting",
  "handoff.not_served": "error.not_served",
  "handoff.not_joined": "error.not_joined",
  "handoff.unknown_target": "error.unknown_target",
  "handoff.follow_up_ended": "error.follow_up_ended",
  "search.text.short": "error.search_short",
  "search.filter.value": "error.search_value",
  "search.page": "error.search_page",
  "search.saved.too_many": "error.search_saved",
  "figures.span": "error.figures_span",
  "handoff.not_offered": "error.not_offered",
  "handoff.not_yours": "error.not_yours",
  "handoff.transfer_pending": "error.transfer_pending",
  "handoff.transfer_over": "error.transfer_over",
  "console.csrf.refused": "error.csrf",
  "console.hours.invalid": "error.hours_invalid",
  "console.day.invalid": "error.hours_invalid",
  "console.day.order": "error.day_order",
  "console.skill.unknown": "error.skill_unknown",
  "console.session.replaced": "error.session_replaced",
  "web.text.too_long": "error.too_long",
  "console.text.too_long": "error.too_long",
  "console.text.empty": "error.empty",
  "web.text.empty": "error.empty",
};

const KEY_BY_STATUS: Readonly<Record<number, string>> = {
  400: "error.refused",
  401: "error.session_expired",
  403: "error.forbidden",
  404: "error.not_found",
  409: "error.conflict",
  413: "error.too_long",
  422: "error.refused",
  429: "error.too_many",
};

const LOGIN_KEY_BY_STATUS: Readonly<Record<number, string>> = {
  400: "error.login_wrong",
  401: "error.login_wrong",
  403: "error.login_locked",
  422: "error.login_wrong",
  423: "error.login_locked",
  429: "error.login_locked",
};

/** The locale key that says to the agent why a call failed. */
export function errorKey(error: unknown): string {
  if (!(error instanceof ApiError)) return "error.unexpected";
  if (error.kind !== "http") return `error.${error.kind}`;
  return KEY_BY_CODE[error.code] ?? ownKey(error.code) ?? KEY_BY_STATUS[error.status] ?? "error.server";
}

/** Most refusals have a sentence of their own, named by their code. */
function ownKey(code: string): string | null {
  return `error.${code}` in BOOKS["zh-CN"].texts ? `error.${code}` : null;
}

/** The same at the log-in page, where a refusal is about the password or the lock. */
export function loginErrorKey(error: unknown): string {
  if (!(error instanceof ApiError)) return "error.unexpected";
  if (error.kind !== "http") return "error.login_unreachable";
  if (error.code in SECURITY_KEYS) return SECURITY_KEYS[error.code]!;
  if (error.code.endsWith("locked")) return "error.login_locked";
  return LOGIN_KEY_BY_STATUS[error.status] ?? "error.login_unreachable";
}
