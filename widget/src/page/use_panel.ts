/** Knows what the embedding page tells its panel, and whether the customer is looking. */

import { useEffect, useState } from "react";
import { isNote, type PanelNote } from "./panel";

export interface Panel {
  /** The chat is in front of the customer: its tab is shown and its panel open. */
  isWatched: boolean;
  /** The operator's own first sentence. */
  greeting: string | null;
}

const GREETING_LIMIT = 120;

/** Follows the embedding page; a page of its own hears nobody. */
export function usePanel(isEmbedded: boolean): Panel {
  const [isShown, setShown] = useState(!document.hidden);
  // A frame may have been loaded behind a closed launcher: it is told whether it is open.
  const [isOpen, setOpen] = useState(!isEmbedded || window.parent === window);
  const [greeting, setGreeting] = useState<string | null>(null);

  useEffect(() => {
    const look = (): void => setShown(!document.hidden);
    const hear = (event: MessageEvent): void => {
      if (event.source !== window.parent || !isNote<PanelNote>(event.data) || event.data.type !== "panel") return;
      setOpen(event.data.open);
      const said: unknown = event.data.greeting;
      setGreeting(typeof said === "string" ? said.slice(0, GREETING_LIMIT) || null : null);
      if (event.data.open) takeFocus();
    };
    document.addEventListener("visibilitychange", look);
    if (isEmbedded) window.addEventListener("message", hear);
    return () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("message", hear);
    };
  }, [isEmbedded]);

  return { isWatched: isShown && isOpen, greeting };
}

/** Whoever opened the panel with a mouse or keys wants to write; on glass the keyboard would cover the first lines. */
function takeFocus(): void {
  if (!window.matchMedia("(hover: hover) and (pointer: fine)").matches) return;
  document.querySelector<HTMLElement>("main textarea")?.focus();
}
