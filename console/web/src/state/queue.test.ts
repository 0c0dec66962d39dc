import { expect, test } from "vitest";

import { anEscalation, aSummary } from "../testing/builders";
import { longestWait, newcomers, orderConversations, orderQueue, waitedSeconds } from "./queue";

test("the queue is ordered by priority and then by age across time zones", () => {
  const late = anEscalation(1, { priority: 5, requested_at: "2026-11-21T10:05:00+08:00" });
  const early = anEscalation(2, { priority: 5, requested_at: "2026-11-21T02:01:00Z" });
  const danger = anEscalation(3, { priority: 0, requested_at: "2026-11-21T10:09:00+08:00" });

  const ordered = orderQueue([late, early, danger]);

  expect(ordered.map((one) => one.id)).toEqual([3, 2, 1]);
});

test("waiting time counts on from what the server said", () => {
  const escalation = anEscalation(1, { waiting_s: 40 });

  expect(waitedSeconds(escalation, 1_000, 3_500)).toBe(42);
});

test("the longest wait is that of the oldest, zero without a queue", () => {
  const escalations = [anEscalation(1, { waiting_s: 10 }), anEscalation(2, { waiting_s: 90 })];

  expect(longestWait({ escalations, readAt: 0 }, 5_000)).toBe(95);
  expect(longestWait({ escalations: [], readAt: 0 }, 5_000)).toBe(0);
});

test("newcomers are those the last reading did not hold", () => {
  const before = [anEscalation(1), anEscalation(2)];

  const fresh = newcomers(before, [anEscalation(2), anEscalation(3)]);

  expect(fresh.map((one) => one.id)).toEqual([3]);
});

test("conversations are ordered by newest activity", () => {
  const old = aSummary("old", { last_at: "2026-11-21T09:00:00+08:00" });
  const fresh = aSummary("fresh", { last_at: "2026-11-21T09:30:00+08:00" });

  expect(orderConversations([old, fresh]).map((one) => one.id)).toEqual(["fresh", "old"]);
});
