import { expect, test } from "vitest";

import { aMessage, messages } from "../testing/builders";
import { lastSeq, leavesGap, mergeMessages, resumePoint } from "./messages";

const seqs = (merged: readonly { seq: number }[]) => merged.map((message) => message.seq);

test("merge keeps every message once whatever the order of arrival", () => {
  const held = [aMessage(2), aMessage(5)];

  const merged = mergeMessages(held, [aMessage(4), aMessage(1), aMessage(5), aMessage(3), aMessage(4)]);

  expect(seqs(merged)).toEqual([1, 2, 3, 4, 5]);
});

test("merge takes the newer delivery state of a known message", () => {
  const held = [aMessage(1, { role: "agent", delivery: "pending" })];

  const merged = mergeMessages(held, [aMessage(1, { role: "agent", delivery: "failed" })]);

  expect(merged[0]?.delivery).toBe("failed");
});

test("merge does not turn a final delivery back into pending", () => {
  const held = [aMessage(1, { role: "bot", delivery: "suppressed" })];

  const merged = mergeMessages(held, [aMessage(1, { role: "bot", delivery: "pending" })]);

  expect(merged[0]?.delivery).toBe("suppressed");
});

test("merge of nothing gives back the same transcript", () => {
  const held = messages(1, 3);

  expect(mergeMessages(held, [])).toBe(held);
});

test("replay starts after the last message", () => {
  expect(resumePoint(messages(1, 7))).toBe(7);
  expect(resumePoint([])).toBe(0);
});

test("replay starts before the first message whose delivery is open", () => {
  const held = [aMessage(1), aMessage(2, { role: "agent", delivery: "pending" }), aMessage(3)];

  expect(resumePoint(held)).toBe(1);
});

test("a live message that is not the next one leaves a gap", () => {
  const held = messages(1, 3);

  expect(lastSeq(held)).toBe(3);
  expect(leavesGap(held, aMessage(4))).toBe(false);
  expect(leavesGap(held, aMessage(2))).toBe(false);
  expect(leavesGap(held, aMessage(5))).toBe(true);
});
