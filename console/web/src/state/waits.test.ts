import { expect, test } from "vitest";

import { aMessage, aSummary } from "../testing/builders";
import { toneOf, waitedIn, waitsAfter, waitsRead } from "./waits";

test("the server's waiting counts on from when it was read", () => {
  const waits = waitsRead({ b: 1 }, [aSummary("a", { waiting_s: 10 }), aSummary("b", { waiting_s: null })], 50_000);

  expect(waitedIn(waits, "a", 55_000)).toBe(15);
  expect(waitedIn(waits, "b", 55_000)).toBeNull();
});

test("the first unanswered line begins the wait, a second one does not begin it anew", () => {
  const first = waitsAfter({}, "a", [aMessage(1)], 1_000);
  const second = waitsAfter(first, "a", [aMessage(2)], 9_000);

  expect(waitedIn(second, "a", 11_000)).toBe(10);
});

test("an agent's line ends the wait, a note does not", () => {
  const waits = waitsAfter({}, "a", [aMessage(1)], 0);

  expect(waitedIn(waitsAfter(waits, "a", [aMessage(2, { role: "note" })], 5_000), "a", 5_000)).toBe(5);
  expect(waitedIn(waitsAfter(waits, "a", [aMessage(2, { role: "agent" })], 5_000), "a", 5_000)).toBeNull();
});

test("the colour turns at the server's limits", () => {
  const limits = { limit_s: 60, amber_s: 36 };

  expect([0, 35, 36, 59, 60, 900].map((seconds) => toneOf(seconds, limits))).toEqual(["green", "green", "amber", "amber", "red", "red"]);
  expect(toneOf(900, { limit_s: null, amber_s: null })).toBe("green");
});
