/** The lines of the open conversation's person at other doors, read backwards page by page. */
import type { History, PastLine } from "../api/types";

export interface Past {
  readonly lines: readonly PastLine[];
  /** Where to read on from; null: there is nothing before. */
  readonly before: string | null;
}

/** A page that came before what is held. */
export function pastWith(held: Past | undefined, { lines, before }: History): Past {
  const known = new Set((held?.lines ?? []).map(keyOf));
  return { lines: [...lines.filter((line) => !known.has(keyOf(line))), ...(held?.lines ?? [])], before };
}

export function keyOf({ conversation_id, message }: PastLine): string {
  return `${conversation_id}/${message.seq}`;
}
