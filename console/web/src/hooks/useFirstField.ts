/**
 * The keys belong to the field of a dialog from its first drawing on. `autoFocus` comes before the dialog stands in the
 * page, and what is typed meanwhile would go to the customer. A frame later the dialog knows where the keys were, and
 * gives them back when it shuts.
 */
import { useEffect, useRef, type RefObject } from "react";

/** For how many frames a dialog may keep us waiting for its field. */
const PATIENCE = 30;

interface Field {
  focus(): void;
}

export function useFirstField<T extends Field>(open = true): RefObject<T> {
  const field = useRef<T>(null);
  useEffect(() => {
    if (!open) return undefined;
    let frame = 0;
    const enter = (left: number) => {
      frame = requestAnimationFrame(() => {
        if (field.current) field.current.focus();
        else if (left > 0) enter(left - 1);
      });
    };
    enter(PATIENCE);
    return () => cancelAnimationFrame(frame);
  }, [open]);
  return field;
}
