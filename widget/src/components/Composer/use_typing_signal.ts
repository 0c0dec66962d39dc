/** Tells the other side that the customer is typing, sparingly. */

import { useCallback, useEffect, useRef } from "react";

const REPEAT_AFTER_MS = 5_000;
const IDLE_AFTER_MS = 4_000;

export interface TypingSignal {
  touch(): void;
  end(): void;
}

/** Gives the two signs: a key was touched, and the text is gone. */
export function useTypingSignal(onTyping: (on: boolean) => void): TypingSignal {
  const saidAt = useRef(0);
  const idle = useRef<ReturnType<typeof setTimeout>>();

  const end = useCallback(() => {
    clearTimeout(idle.current);
    if (saidAt.current) onTyping(false);
    saidAt.current = 0;
  }, [onTyping]);

  const touch = useCallback(() => {
    clearTimeout(idle.current);
    idle.current = setTimeout(end, IDLE_AFTER_MS);
    if (Date.now() - saidAt.current < REPEAT_AFTER_MS) return;
    saidAt.current = Date.now();
    onTyping(true);
  }, [end, onTyping]);

  useEffect(() => () => clearTimeout(idle.current), []);

  return { touch, end };
}
