/** Who is logged in on this page: from the first question to the server until the session ends. */
import { useCallback, useEffect, useMemo, useState } from "react";

import { createApi, type DeskApi } from "../api/client";
import type { ApiError } from "../api/errors";
import { loginErrorKey } from "../api/errors";
import type { Agent, CodeDue, Session } from "../api/types";

export type Phase =
  | { name: "asking" }
  | { name: "login"; noticeKey: string | null }
  | { name: "due"; must: "password" | "totp"; agent: Agent }
  | { name: "desk"; agent: Agent }
  | { name: "replaced" };

export interface SessionControl {
  phase: Phase;
  api: DeskApi;
  /** Resolves to the second step, where there is one. */
  login(username: string, password: string): Promise<CodeDue | null>;
  loginCode(ticket: string, code: string): Promise<void>;
  /** What was due is done: asks who we are now. */
  settled(): Promise<void>;
  logout(): Promise<void>;
  replaced(): void;
  toLogin(): void;
}

export function useSession(): SessionControl {
  const [phase, setPhase] = useState<Phase>({ name: "asking" });
  const replaced = useCallback(() => setPhase({ name: "replaced" }), []);
  const toLogin = useCallback(() => setPhase({ name: "login", noticeKey: null }), []);
  const whenUnauthorized = useCallback((error: ApiError) => setPhase((now) => afterUnauthorized(now, error)), []);
  const api = useMemo(() => createApi({ onUnauthorized: whenUnauthorized }), [whenUnauthorized]);

  useEffect(() => {
    api
      .me()
      .then((session) => setPhase(phaseOf(session)))
      .catch((error: ApiError) => setPhase((now) => (now.name === "asking" ? unreachable(error) : now)));
  }, [api]);

  const login = async (username: string, password: string) => {
    const answer = await api.login(username, password);
    if ("step" in answer) return answer;
    setPhase(phaseOf(answer));
    return null;
  };
  const loginCode = async (ticket: string, code: string) => setPhase(phaseOf(await api.loginCode(ticket, code)));
  const settled = async () => setPhase(phaseOf(await api.me()));
  const logout = async () => {
    const answer = await api.logout();
    if (answer?.logout_url) window.location.assign(answer.logout_url);
    else toLogin();
  };
  return { phase, api, login, loginCode, settled, logout, replaced, toLogin };
}

function phaseOf({ agent, must }: Session): Phase {
  return must ? { name: "due", must, agent } : { name: "desk", agent };
}

/** Several calls may be refused at once when a session ends: the first one's word stays. */
export function afterUnauthorized(now: Phase, error: ApiError): Phase {
  if (now.name === "replaced" || now.name === "login") return now;
  if (now.name === "desk" && error.code === "console.session.replaced") return { name: "replaced" };
  // The very first question of a new page is refused as a matter of course: no notice for that.
  const working = now.name === "desk" || now.name === "due";
  return { name: "login", noticeKey: working ? "login.expired" : ssoNotice() };
}

/** Single sign-on sends back who it could not prove. */
function ssoNotice(): string | null {
  return new URLSearchParams(window.location.search).get("login") === "sso_refused" ? "login.sso_refused" : null;
}

function unreachable(error: ApiError): Phase {
  return { name: "login", noticeKey: error.status === 401 ? null : loginErrorKey(error) };
}
