/** Words that another part of the desk puts into the composer of a chat; nothing is ever sent this way. */
import { useEffect, useRef } from "react";

const EVENT = "gridtalk.compose";

interface Compose {
  readonly id: string;
  readonly text: string;
}

/** Asks the composer of the chat `id` to take `text` in. */
export function compose(id: string, text: string): void {
  window.dispatchEvent(new CustomEvent<Compose>(EVENT, { detail: { id, text } }));
}

/** Takes in what is composed for this chat elsewhere. */
export function useCompose(id: string, take: (text: string) => void): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const listen = (event: Event) => {
      const { detail } = event as CustomEvent<Compose>;
      if (detail.id === id) latest.current(detail.text);
    };
    window.addEventListener(EVENT, listen);
    return () => window.removeEventListener(EVENT, listen);
  }, [id]);
}
