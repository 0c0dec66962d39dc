import { expect, test } from "vitest";

import { matchEntries, type Entry } from "./entries";

const entry = (title: string, more = ""): Entry => ({ key: title, kind: "chat", title, more, run: () => undefined });
const entries = [entry("Old Lin", "no power since nine"), entry("Lin", "bill"), entry("Close the chat")];
const titles = (words: string) => matchEntries(entries, words).map((one) => one.title);

test("every word must stand somewhere, in the name or in the last line", () => {
  expect(titles("lin power")).toEqual(["Old Lin"]);
  expect(titles("nothing of the kind")).toEqual([]);
});

test("what begins with the letters comes first", () => {
  expect(titles("lin")).toEqual(["Lin", "Old Lin"]);
});

test("without letters everything is offered", () => {
  expect(titles("")).toHaveLength(3);
});
