/** Since when each customer waits for a person's words, on this page's own clock, and how late that is. */
import type { Message, Summary } from "../api/types";

/** Moments (page clock, ms) by conversation; who is not here does not wait. */
export type Waits = Readonly<Record<string, number>>;

export type Tone = "green" | "amber" | "red";

interface Limits {
  readonly limit_s?: number | null;
  readonly amber_s?: number | null;
}

/** What the server said at `readAt`; the page only counts on from it. */
export function waitsRead(waits: Waits, summaries: readonly Summary[], readAt: number): Waits {
  const next: Record<string, number> = { ...waits };
  for (const { id, waiting_s } of summaries) {
    if (typeof waiting_s === "number") next[id] = readAt - waiting_s * 1000;
    else delete next[id];
  }
  return next;
}

/** A customer's line begins the wait, an agent's line ends it. */
export function waitsAfter(waits: Waits, id: string, messages: readonly Message[], now: number): Waits {
  const spoken = messages.filter((message) => message.role === "customer" || message.role === "agent");
  const last = spoken[spoken.length - 1];
  if (!last || (last.role === "customer" && waits[id] !== undefined)) return waits;
  const { [id]: _, ...others } = waits;
  return last.role === "customer" ? { ...others, [id]: now } : others;
}

/** Seconds a customer has waited by now; null: nobody waits. */
export function waitedIn(waits: Waits, id: string, now: number): number | null {
  const since = waits[id];
  return since === undefined ? null : Math.max(0, Math.floor((now - since) / 1000));
}

/** The colour of a wait: the server says from when on it is soon late, and late. */
export function toneOf(seconds: number, { limit_s, amber_s }: Limits): Tone {
  if (typeof limit_s === "number" && seconds >= limit_s) return "red";
  return typeof amber_s === "number" && seconds >= amber_s ? "amber" : "green";
}
