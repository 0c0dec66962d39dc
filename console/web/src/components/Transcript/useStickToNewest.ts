/** Keeps a scrolled list at its end while the reader is there, counts what arrives while the reader is elsewhere, and
 * holds the place when older lines come in above. */
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

import type { Message } from "../../api/types";
import { firstSeq, lastSeq } from "../../state/messages";

const NEAR_PX = 60;

interface Stick {
  ref: RefObject<HTMLDivElement>;
  away: boolean;
  missed: number;
  onScroll(): void;
  toNewest(): void;
}

/** `above`: how many lines stand before the messages; `onTop`: the reader came to the top by scrolling. */
export function useStickToNewest(messages: readonly Message[], typing: boolean, above = 0, onTop?: () => void): Stick {
  const ref = useRef<HTMLDivElement>(null);
  const readTo = useRef(lastSeq(messages));
  const toEnd = useRef(0);
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

  const oldest = firstSeq(messages);
  useLayoutEffect(() => {
    const box = ref.current;
    if (box && away) box.scrollTop = box.scrollHeight - toEnd.current;
    // Only what came in above moves the place; `away` is as it was before.
  }, [oldest, above]);

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
    if (!box) return;
    toEnd.current = box.scrollHeight - box.scrollTop;
    const isAway = box.scrollHeight - box.scrollTop - box.clientHeight > NEAR_PX;
    setAway(isAway);
    if (isAway && box.scrollTop < NEAR_PX) onTop?.();
  };
  const missed = messages.filter((message) => message.seq > readTo.current).length;
  return { ref, away, missed, onScroll, toNewest };
}
