import { expect, test } from "vitest";

import { aDetail, aMessage, aSummary, ME, messages } from "../testing/builders";
import { currentCard, initialState, openThread, standing, unreadOf, type DeskState } from "./model";
import { reduce, type Happening } from "./reducer";

const after = (...happenings: Happening[]): DeskState => happenings.reduce(reduce, initialState(ME));

test("a live customer message moves its conversation to the top and counts as unread", () => {
  const state = after(
    { type: "list.read", scope: "mine", conversations: [aSummary("a", { last_at: "2026-11-21T10:01:00+08:00" }), aSummary("b")] },
    { type: "messages.arrived", id: "b", messages: [aMessage(2, { at: "2026-11-21T10:02:00+08:00" })], live: true },
  );

  expect(state.mine?.map((one) => one.id)).toEqual(["b", "a"]);
  expect(state.mine?.[0]).toMatchObject({ unread: 1, last_seq: 2, last_text: "line 2" });
});

test("a note is not the last text of a conversation", () => {
  const state = after(
    { type: "list.read", scope: "mine", conversations: [aSummary("a")] },
    { type: "messages.arrived", id: "a", messages: [aMessage(2, { role: "note", text: "inside" })], live: true },
  );

  expect(state.mine?.[0]).toMatchObject({ last_text: "help", last_seq: 2, unread: 0 });
});

test("a list read before a live message does not take the message back", () => {
  const state = after(
    { type: "list.read", scope: "mine", conversations: [aSummary("a")] },
    { type: "messages.arrived", id: "a", messages: [aMessage(2)], live: true },
    { type: "list.read", scope: "mine", conversations: [aSummary("a", { last_seq: 1 })] },
  );

  expect(state.mine?.[0]).toMatchObject({ last_seq: 2, unread: 1 });
});

test("a chat that changed hands is at once not mine any more, whoever has it", () => {
  const state = after(
    { type: "detail.read", detail: aDetail("a", messages(1, 1), { epoch: 2 }) },
    { type: "owner.changed", id: "a", owner: "agent", epoch: 3 },
  );

  expect(standing(ME, state.threads.a!.conversation)).toBe("other");
  expect(standing(ME, reduce(state, { type: "owner.changed", id: "a", owner: "bot", epoch: 2 }).threads.a!.conversation)).toBe("other");
});

test("an older epoch does not overwrite the owner", () => {
  const state = after(
    { type: "detail.read", detail: aDetail("a", messages(1, 1), { epoch: 4, owner: "bot", agent: null }) },
    { type: "summary.changed", summary: aSummary("a", { epoch: 3, owner: "agent" }) },
  );

  expect(state.threads.a?.conversation.owner).toBe("bot");
});

test("a detail keeps the live messages it does not know yet", () => {
  const state = after(
    { type: "conversation.opened", id: "a" },
    { type: "detail.read", detail: aDetail("a", messages(1, 2)) },
    { type: "messages.arrived", id: "a", messages: [aMessage(3)], live: true },
    { type: "detail.read", detail: aDetail("a", messages(1, 2)) },
  );

  expect(openThread(state)?.messages.map((one) => one.seq)).toEqual([1, 2, 3]);
});

test("what was seen is not unread, until something new comes", () => {
  const seen = after(
    { type: "list.read", scope: "mine", conversations: [aSummary("a", { unread: 3, last_seq: 5 })] },
    { type: "conversation.seen", id: "a" },
    { type: "list.read", scope: "mine", conversations: [aSummary("a", { unread: 3, last_seq: 5 })] },
  );
  const again = reduce(seen, { type: "list.read", scope: "mine", conversations: [aSummary("a", { unread: 4, last_seq: 6 })] });

  expect(unreadOf(seen, seen.mine![0]!)).toBe(0);
  expect(unreadOf(again, again.mine![0]!)).toBe(4);
});

test.each([
  ["mine", aSummary("a")],
  ["other", aSummary("a", { agent: { id: "K0105", name: "Gu" } })],
  ["free", aSummary("a", { owner: "bot", agent: null })],
])("an agent's standing can be %s", (expected, summary) => {
  expect(standing(ME, summary)).toBe(expected);
});

test("the card shows what the customer asked last", () => {
  const state = after(
    { type: "conversation.opened", id: "a" },
    { type: "detail.read", detail: aDetail("a", messages(1, 2)) },
    { type: "messages.arrived", id: "a", messages: [aMessage(3), aMessage(4, { role: "bot" })], live: true },
  );

  expect(currentCard(openThread(state)!).asked).toBe("line 3");
});
