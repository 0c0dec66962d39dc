/** The order and the clock of the queue; the server's `waiting_s` is the truth, this page only counts on from it. */
import type { Escalation, Summary } from "../api/types";

/** The queue as one list and the moment (page clock, ms) it was read. */
export interface Queue {
  readonly escalations: readonly Escalation[];
  readonly readAt: number;
}

/** Most urgent first, then the longest waiting. */
export function orderQueue(escalations: readonly Escalation[]): readonly Escalation[] {
  return [...escalations].sort((a, b) => a.priority - b.priority || instant(a.requested_at) - instant(b.requested_at));
}

/** Seconds an escalation has waited by now; the page's own date is never asked, it may differ from the server's. */
export function waitedSeconds(escalation: Escalation, readAt: number, now: number): number {
  return Math.max(0, Math.floor(escalation.waiting_s + (now - readAt) / 1000));
}

/** The longest wait of the queue in seconds, 0 when it is empty. */
export function longestWait(queue: Queue, now: number): number {
  return queue.escalations.reduce((longest, one) => Math.max(longest, waitedSeconds(one, queue.readAt, now)), 0);
}

/** Those in `after` that `before` did not hold. */
export function newcomers(before: readonly Escalation[], after: readonly Escalation[]): readonly Escalation[] {
  const known = new Set(before.map((escalation) => escalation.id));
  return after.filter((escalation) => !known.has(escalation.id));
}

/** Newest activity first. */
export function orderConversations(conversations: readonly Summary[]): readonly Summary[] {
  return [...conversations].sort((a, b) => instant(b.last_at) - instant(a.last_at));
}

function instant(iso: string): number {
  const parsed = Date.parse(iso);
  return Number.isNaN(parsed) ? 0 : parsed;
}
