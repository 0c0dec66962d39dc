import { expect, test } from "vitest";

import { initialState, type DeskState } from "../../state/model";
import { reduce, type Happening } from "../../state/reducer";
import { anEscalation, aSummary, ME } from "../../testing/builders";
import { activeFilters, keepFilters, NO_FILTERS, readFilters } from "./filters";
import { listView, longestWaiting } from "./listView";

const word = (_: string, value: string) => value;
const after = (...happenings: Happening[]): DeskState => happenings.reduce(reduce, initialState(ME));
const limits = { limit_s: 60, amber_s: 36 };
const state = after(
  {
    type: "list.read",
    scope: "mine",
    readAt: 0,
    conversations: [
      aSummary("calm", { waiting_s: 5, ...limits, channel: "wechat", escalation: anEscalation(1, { skill: "billing" }) }),
      aSummary("late", { waiting_s: 90, unread: 2, ...limits, escalation: anEscalation(2, { priority: 0 }) }),
      aSummary("answered", { waiting_s: null, unread: 0 }),
    ],
  },
  { type: "queue.read", readAt: 0, escalations: [anEscalation(7, { waiting_s: 10, ...limits }), anEscalation(8, { priority: 3, waiting_s: 70, ...limits })] },
);
const ids = (tab: "mine" | "queue", filters = {}, search = "") =>
  listView(state, { tab, search, filters: { ...NO_FILTERS, ...filters }, now: 0 }, word).ids;

test("filters keep what they name", () => {
  expect(ids("mine", { unread: true })).toEqual(["late"]);
  expect(ids("mine", { late: true })).toEqual(["late"]);
  expect(ids("mine", { skill: "billing" })).toEqual(["calm"]);
  expect(ids("mine", { channel: "wechat" })).toEqual(["calm"]);
  expect(ids("queue", { late: true })).toEqual(["c8"]);
});

test("the longest wait comes first when asked for, and the urgent ones when those are", () => {
  expect(ids("mine", { sort: "waiting" })).toEqual(["late", "calm", "answered"]);
  expect(ids("mine", { sort: "urgent" })[0]).toBe("late");
  expect(ids("queue")).toEqual(["c8", "c7"]);
  expect(ids("queue", { sort: "waiting" })).toEqual(["c8", "c7"]);
});

test("the open chat stays in the list of unread ones while it is read", () => {
  const open = reduce(reduce(state, { type: "conversation.opened", id: "late" }), { type: "conversation.seen", id: "late" });

  expect(listView(open, { tab: "mine", search: "", filters: { ...NO_FILTERS, unread: true }, now: 0 }, word).ids).toEqual(["late"]);
});

test("one key leads to whoever of mine waits longest", () => {
  expect(longestWaiting(state, 0)).toBe("late");
  expect(longestWaiting(reduce(state, { type: "conversation.opened", id: "late" }), 0)).toBe("calm");
});

test("what there is to filter by comes from the lists", () => {
  const { skills, channels, total } = listView(state, { tab: "mine", search: "nobody" }, word);

  expect([skills, channels, total]).toEqual([["billing", "fault"], ["web", "wechat"], 3]);
});

test("filters are kept per agent, and what cannot be read is none", () => {
  keepFilters(localStorage, "K1", { ...NO_FILTERS, late: true, sort: "waiting" });
  localStorage.setItem("gridtalk.desk.filters.K2", "{");

  expect(activeFilters(readFilters(localStorage, "K1"))).toBe(1);
  expect(readFilters(localStorage, "K1").sort).toBe("waiting");
  expect(readFilters(localStorage, "K2")).toEqual(NO_FILTERS);
});
