/** Keeps the newest line in sight, unless the customer has scrolled up to read. */

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

const NEAR_BOTTOM_PX = 48;
const NEAR_TOP_PX = 80;

export interface ScrollFollow {
  scroller: RefObject<HTMLDivElement>;
  isAtBottom: boolean;
  onScroll(): void;
  toBottom(): void;
}

/**
 * Follows the bottom of a scroller.
 *
 * Args:
 *   content: changes whenever something was added.
 *   ownCount: grows when the customer sends, which always leads back to the bottom.
 *   firstSeq: the first line; when an older one comes before it, what is read stays where it is.
 *   onTop: called when the customer comes near the top.
 */
export function useScrollFollow(content: unknown, ownCount: number, firstSeq?: number, onTop?: () => void): ScrollFollow {
  const scroller = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [isAtBottom, setAtBottom] = useState(true);

  const toBottom = useCallback(() => {
    following.current = true;
    setAtBottom(true);
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_BOTTOM_PX;
    setAtBottom(following.current);
    if (element.scrollTop < NEAR_TOP_PX) onTop?.();
  }, [onTop]);

  useKeepPlace(scroller, content, firstSeq);

  useLayoutEffect(() => {
    if (following.current) toBottom();
  }, [content, toBottom]);

  useLayoutEffect(() => {
    if (ownCount > 0) toBottom();
  }, [ownCount, toBottom]);

  useEffect(() => followResize(scroller.current, () => following.current && toBottom()), [toBottom]);

  return { scroller, isAtBottom, onScroll, toBottom };
}

/** Keeps the lines in sight where they are when older ones are put before them. */
function useKeepPlace(scroller: RefObject<HTMLDivElement>, content: unknown, firstSeq: number | undefined): void {
  const before = useRef({ firstSeq, height: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const { scrollHeight: height } = element;
    const isOlder = firstSeq !== undefined && before.current.firstSeq !== undefined && firstSeq < before.current.firstSeq;
    if (isOlder) element.scrollTop += height - before.current.height;
    before.current = { firstSeq, height };
  }, [scroller, content, firstSeq]);
}

/** The keyboard of a phone shrinks the list: the newest line must stay above it. */
function followResize(element: HTMLElement | null, onResize: () => void): (() => void) | undefined {
  if (!element || typeof ResizeObserver === "undefined") return undefined;
  const observer = new ResizeObserver(onResize);
  observer.observe(element);
  return () => observer.disconnect();
}
