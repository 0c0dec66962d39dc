/** Keeps a scrolled list at its end while the reader is there, and counts what arrives while the reader is elsewhere. */
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

import type { Message } from "../../api/types";
import { lastSeq } from "../../state/messages";

const NEAR_PX = 60;

interface Stick {
  ref: RefObject<HTMLDivElement>;
  away: boolean;
  missed: number;
  onScroll(): void;
  toNewest(): void;
}

export function useStickToNewest(messages: readonly Message[], typing: boolean): Stick {
  const ref = useRef<HTMLDivElement>(null);
  const readTo = useRef(lastSeq(messages));
  const [away, setAway] = useState(false);
  const newest = lastSeq(messages);
  if (!away) readTo.current = newest;

  const toNewest = () => {
    const box = ref.current;
    if (box) box.scrollTop = box.scrollHeight;
    setAway(false);
  };
  useLayoutEffect(() => {
    if (!away) toNewest();
  }, [newest, typing, away]);

  useEffect(() => {
    // The composer below grows and shrinks, and takes its height from here.
    const box = ref.current;
    if (!box || away) return;
    const observer = new ResizeObserver(() => {
      box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [away]);

  const onScroll = () => {
    const box = ref.current;
    if (box) setAway(box.scrollHeight - box.scrollTop - box.clientHeight > NEAR_PX);
  };
  const missed = messages.filter((message) => message.seq > readTo.current).length;
  return { ref, away, missed, onScroll, toNewest };
}
