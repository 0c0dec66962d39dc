/** How long to wait before the next attempt: doubled each time, with jitter so that a crowd does not return as one. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Returns between half and the whole of the doubled delay. */
export function backoffDelay(attempt: number, random: () => number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return whole / 2 + (random() * whole) / 2;
}
