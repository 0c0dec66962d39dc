/** How two views of one transcript become one: by `seq`, nothing lost, nothing twice. */
import type { Delivery, Message } from "../api/types";

const FINAL: ReadonlySet<Delivery | undefined> = new Set<Delivery>(["sent", "failed", "suppressed"]);

/** Merges messages that arrived in any order into a transcript sorted by `seq`. */
export function mergeMessages(held: readonly Message[], incoming: readonly Message[]): readonly Message[] {
  if (incoming.length === 0) return held;
  const bySeq = new Map(held.map((message) => [message.seq, message]));
  for (const message of incoming) {
    bySeq.set(message.seq, laterOf(bySeq.get(message.seq), message));
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** A delivery state only moves on: an answer that was slow must not turn "sent" back into "pending". */
function laterOf(held: Message | undefined, incoming: Message): Message {
  if (held && FINAL.has(held.delivery) && !FINAL.has(incoming.delivery)) return held;
  return incoming;
}

/** The number of the newest message, 0 for an empty transcript. */
export function lastSeq(messages: readonly Message[]): number {
  return messages[messages.length - 1]?.seq ?? 0;
}

/** Where to replay from: after the last message, or before the first one whose delivery is still open. */
export function resumePoint(messages: readonly Message[]): number {
  const open = messages.find((message) => message.delivery === "pending");
  return open ? open.seq - 1 : lastSeq(messages);
}

/** The number of the oldest message held, 1 for an empty transcript: nothing older is missing. */
export function firstSeq(messages: readonly Message[]): number {
  return messages[0]?.seq ?? 1;
}

/** Whether a delivery is still open; the server does not announce its end, so somebody must ask. */
export function hasPending(messages: readonly Message[]): boolean {
  return messages.some((message) => message.delivery === "pending");
}

/** Whether a live message shows that others before it did not arrive. */
export function leavesGap(held: readonly Message[], incoming: Message): boolean {
  return incoming.seq > lastSeq(held) + 1;
}
