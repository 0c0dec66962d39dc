import { expect, test } from "vitest";

import type { Canned } from "../api/replies";
import { askedFor, blanksIn, matching, namedAt, withName, withReply } from "./canned";

function canned(id: number, shortcut: string, title: string, initials: string, uses = 0): Canned {
  return {
    id, shortcut, title, initials, uses, owner: null, folder: "停电", skill: "", text: `${title}。`, expires_at: null,
    ends_soon: false, ended: false, version: 1, live_version: 1, state: "approved", written_by: { id: "K", name: "K" },
    written_at: "", reason: "",
  }; // prettier-ignore
}

const ALL = [canned(1, "td", "停电已登记", "tdydj"), canned(2, "tf", "退费到账", "tfdz", 9), canned(3, "fp", "发票开具", "fpkj")];

test.each([
  ["/tf", "tf"],
  ["您好 /停电", "停电"],
  ["您好，/", ""],
  ["12/3", null],
  ["/tf 好", null],
  ["", null],
])("%s asks for %s", (text, asked) => {
  expect(askedFor(text)).toBe(asked);
});

test.each([
  ["shortcut", "tf", [2]],
  ["initials", "fpk", [3]],
  ["words of the title", "登记", [1]],
  ["folder", "停电", [1, 2, 3]],
  ["nothing: the most used first", "", [2, 1, 3]],
  ["no match", "xyz", []],
])("finds by %s", (_name, asked, ids) => {
  expect(matching(ALL, asked).map((one) => one.id)).toEqual(ids);
});

test("what was typed after the slash is replaced, and nothing before it", () => {
  expect(withReply("您好，/tf", "退费三天到账。")).toBe("您好，退费三天到账。");
});

test("a name after an @ is put in whole", () => {
  expect(namedAt("请 @顾")).toBe("顾");
  expect(namedAt("a@b")).toBeNull();
  expect(withName("请 @顾", "顾南乔")).toBe("请 @顾南乔 ");
});

test("only known blanks count as unfilled, each once", () => {
  expect(blanksIn("{姓氏}好，{姓氏}，{附件}", ["姓氏", "工单号"])).toEqual(["姓氏"]);
});
