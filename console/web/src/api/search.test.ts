import { expect, test } from "vitest";

import { bodyOf, FILTERS, queryOf } from "./search";

test("only what is set stands in the query, encoded", () => {
  expect(queryOf({ text: "停电&查", skill: "", account: "0018" })).toBe(`text=${encodeURIComponent("停电&查")}&account=0018`);
});

test("a writing call names every filter", () => {
  expect(bodyOf({ skill: "fault" })).toEqual({ ...Object.fromEntries(FILTERS.map((name) => [name, ""])), skill: "fault" });
});
