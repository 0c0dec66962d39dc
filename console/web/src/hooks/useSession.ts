/** Who is logged in on this page: from the first question to the server until the session ends. */
import { useCallback, useEffect, useMemo, useState } from "react";

import { createApi, type DeskApi } from "../api/client";
import type { ApiError } from "../api/errors";
import { loginErrorKey } from "../api/errors";
import type { Agent } from "../api/types";

export type Phase =
  | { name: "asking" }
  | { name: "login"; noticeKey: string | null }
  | { name: "desk"; agent: Agent }
  | { name: "replaced" };

export interface SessionControl {
  phase: Phase;
  api: DeskApi;
  login(username: string, password: string): Promise<void>;
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
      .then(({ agent }) => setPhase({ name: "desk", agent }))
      .catch((error: ApiError) => setPhase((now) => (now.name === "asking" ? unreachable(error) : now)));
  }, [api]);

  const login = async (username: string, password: string) => {
    const { agent } = await api.login(username, password);
    setPhase({ name: "desk", agent });
  };
  const logout = async () => {
    await api.logout();
    toLogin();
  };
  return { phase, api, login, logout, replaced, toLogin };
}

function afterUnauthorized(now: Phase, error: ApiError): Phase {
  if (now.name === "replaced") return now;
  if (now.name === "desk" && error.code === "console.session.replaced") return { name: "replaced" };
  // The very first question of a new page is refused as a matter of course: no notice for that.
  return { name: "login", noticeKey: now.name === "desk" ? "login.expired" : null };
}

function unreachable(error: ApiError): Phase {
  return { name: "login", noticeKey: error.status === 401 ? null : loginErrorKey(error) };
}
