/** Tells the server that a hand is on the desk, at most every few minutes: a desk nobody touches logs itself out. */
import { useEffect } from "react";

import type { DeskApi } from "../api/client";

const EVERY_MS = 4 * 60_000;
const SIGNS = ["pointerdown", "keydown"] as const;

export function useActivity(api: DeskApi): void {
  useEffect(() => {
    let told = performance.now();
    const tell = () => {
      if (performance.now() - told < EVERY_MS) return;
      told = performance.now();
      // The next touch tells it again; a session that has ended shows itself by its 401.
      api.request("POST", "/api/me/active", {}).catch(() => undefined);
    };
    SIGNS.forEach((sign) => window.addEventListener(sign, tell, { passive: true }));
    return () => SIGNS.forEach((sign) => window.removeEventListener(sign, tell));
  }, [api]);
}
