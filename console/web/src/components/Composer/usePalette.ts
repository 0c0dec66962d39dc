/** A list that opens over the text field while the text asks for it, and is worked by the field's own keys. */
import { useEffect, useState, type KeyboardEvent } from "react";

export interface Palette<T> {
  hits: readonly T[];
  active: number;
  isOpen: boolean;
  pick: (one: T) => void;
  /** Whether the key was for the list. */
  onKey: (event: KeyboardEvent) => boolean;
}

export function usePalette<T>(asked: string | null, search: (asked: string) => T[], onPick: (one: T) => void): Palette<T> {
  const [active, setActive] = useState(0);
  const [shut, setShut] = useState<string | null>(null);
  useEffect(() => setActive(0), [asked]);
  const isOpen = asked !== null && asked !== shut;
  const hits = isOpen ? search(asked) : [];
  const at = Math.min(active, Math.max(0, hits.length - 1));
  const onKey = (event: KeyboardEvent): boolean => {
    if (!isOpen || event.nativeEvent.isComposing || event.keyCode === 229) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const one = hits[at];
    if (step && hits.length > 0) setActive((at + step + hits.length) % hits.length);
    else if (event.key === "Escape") setShut(asked);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && one) onPick(one);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { hits, active: at, isOpen, pick: onPick, onKey };
}
