/** The keys that work anywhere on the desk. */
import { useEffect, useRef } from "react";

export interface Hotkeys {
  /** Alt+Q. */
  acceptFirst(): void;
  /** Alt+arrow: -1 up, 1 down. */
  switchBy(step: -1 | 1): void;
}

export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;
  useEffect(() => {
    const whenKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      const act = actionFor(event, latest.current);
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", whenKey);
    return () => window.removeEventListener("keydown", whenKey);
  }, []);
}

function actionFor(event: KeyboardEvent, hotkeys: Hotkeys): (() => void) | null {
  // The physical key: with Alt held some keyboards give another letter.
  if (event.code === "KeyQ" && !event.repeat) return () => hotkeys.acceptFirst();
  if (event.key === "ArrowUp") return () => hotkeys.switchBy(-1);
  if (event.key === "ArrowDown") return () => hotkeys.switchBy(1);
  return null;
}
