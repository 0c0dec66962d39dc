/** Keeps the newest line in sight, unless the customer has scrolled up to read. */

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

const NEAR_BOTTOM_PX = 48;

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
 */
export function useScrollFollow(content: unknown, ownCount: number): ScrollFollow {
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
  }, []);

  useLayoutEffect(() => {
    if (following.current) toBottom();
  }, [content, toBottom]);

  useLayoutEffect(() => {
    if (ownCount > 0) toBottom();
  }, [ownCount, toBottom]);

  useEffect(() => followResize(scroller.current, () => following.current && toBottom()), [toBottom]);

  return { scroller, isAtBottom, onScroll, toBottom };
}

/** The keyboard of a phone shrinks the list: the newest line must stay above it. */
function followResize(element: HTMLElement | null, onResize: () => void): (() => void) | undefined {
  if (!element || typeof ResizeObserver === "undefined") return undefined;
  const observer = new ResizeObserver(onResize);
  observer.observe(element);
  return () => observer.disconnect();
}
