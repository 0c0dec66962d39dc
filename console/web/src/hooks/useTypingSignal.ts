/** Tells the customer that the agent is typing: at once, again while it goes on, and when it stops. */
import { useCallback, useEffect, useRef } from "react";

const REPEAT_MS = 4_000;
const IDLE_MS = 5_000;

export interface TypingSignal {
  typed(): void;
  stopped(): void;
}

export function useTypingSignal(tell: (on: boolean) => void): TypingSignal {
  const latest = useRef(tell);
  latest.current = tell;
  const toldAt = useRef<number | null>(null);
  const idle = useRef<ReturnType<typeof setTimeout>>();

  const stopped = useCallback(() => {
    clearTimeout(idle.current);
    if (toldAt.current === null) return;
    toldAt.current = null;
    latest.current(false);
  }, []);
  const typed = useCallback(() => {
    clearTimeout(idle.current);
    idle.current = setTimeout(stopped, IDLE_MS);
    if (toldAt.current !== null && performance.now() - toldAt.current < REPEAT_MS) return;
    toldAt.current = performance.now();
    latest.current(true);
  }, [stopped]);
  useEffect(() => stopped, [stopped]);
  return { typed, stopped };
}
