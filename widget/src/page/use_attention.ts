/** Calls for the attention of a customer who is not looking. */

import { useEffect, useState } from "react";
import type { Message } from "../connection/wire";
import { tellPage, PANEL_SOURCE } from "./panel";

const FLASH_EVERY_MS = 1_000;

/** Counts the lines that came while nobody was looking; what was read in another tab is not among them. */
export function useMissed(messages: readonly Message[], isWatched: boolean, customerRead = 0): number {
  const lastSeq = messages[messages.length - 1]?.seq ?? 0;
  const [seenSeq, setSeenSeq] = useState(0);

  useEffect(() => {
    if (isWatched) setSeenSeq(lastSeq);
  }, [isWatched, lastSeq]);

  const seen = Math.max(seenSeq, customerRead);
  return isWatched ? 0 : messages.filter((message) => message.seq > seen && message.role !== "customer").length;
}

/** Flashes the title of a hidden tab, without motion where motion is not wanted. */
export function useTitleFlash(title: string, mark: string, missed: number): void {
  useEffect(() => {
    document.title = missed > 0 ? mark + title : title;
    if (missed === 0 || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    let isMarked = true;
    const timer = setInterval(() => {
      isMarked = !isMarked;
      document.title = isMarked ? mark + title : title;
    }, FLASH_EVERY_MS);
    return () => clearInterval(timer);
  }, [title, mark, missed]);
}

/** Lets the launcher of an embedding page show the count. */
export function useUnreadBadge(isEmbedded: boolean, missed: number): void {
  useEffect(() => {
    if (isEmbedded) tellPage({ source: PANEL_SOURCE, type: "unread", count: missed });
  }, [isEmbedded, missed]);
}
