/** The bars of a year of bills: oldest first, the newest and the unpaid in colours of their own. */
import type { Bill } from "../api/panel";

export type Tone = "paid" | "newest" | "owed";

const OWED = new Set(["unpaid", "overdue", "partly_paid"]);

export function barsOf(bills: readonly Bill[]): { labels: string[]; values: number[]; tones: Tone[] } {
  const oldestFirst = [...bills].reverse();
  const last = oldestFirst.length - 1;
  return {
    labels: oldestFirst.map(({ period }) => String(Number(period.slice(5)))),
    values: oldestFirst.map(({ total }) => Number(total)),
    tones: oldestFirst.map(({ status }, index) => (OWED.has(status) ? "owed" : index === last ? "newest" : "paid")),
  };
}
