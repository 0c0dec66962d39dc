import { expect, test } from "vitest";

import { attemptFor, Drafts, EMPTY_DRAFT, withoutSent } from "./drafts";

test("a draft survives a reload of the page", () => {
  new Drafts(localStorage, "K0104").write("c1", { ...EMPTY_DRAFT, reply: "half a sen" });

  expect(new Drafts(localStorage, "K0104").read("c1").reply).toBe("half a sen");
});

test("drafts of two conversations and of two agents are apart", () => {
  const drafts = new Drafts(localStorage, "K0104");
  drafts.write("c1", { ...EMPTY_DRAFT, reply: "for one" });

  expect(drafts.read("c2")).toEqual(EMPTY_DRAFT);
  expect(new Drafts(localStorage, "K0105").read("c1")).toEqual(EMPTY_DRAFT);
});

test("a note and a reply are apart in one draft", () => {
  const drafts = new Drafts(localStorage, "K0104");
  drafts.write("c1", { ...EMPTY_DRAFT, mode: "note", note: "inside" });

  const read = drafts.read("c1");

  expect(read).toMatchObject({ mode: "note", note: "inside", reply: "" });
});

test("an empty draft leaves nothing behind in the browser", () => {
  const drafts = new Drafts(localStorage, "K0104");
  drafts.write("c1", { ...EMPTY_DRAFT, reply: "text" });

  drafts.write("c1", EMPTY_DRAFT);

  expect(localStorage.length).toBe(0);
});

test("a draft that cannot be read is an empty one", () => {
  localStorage.setItem("gridtalk.desk.draft.K0104.c1", "{broken");

  expect(new Drafts(localStorage, "K0104").read("c1")).toEqual(EMPTY_DRAFT);
});

test("the same text is sent again under the same id", () => {
  const first = attemptFor({ ...EMPTY_DRAFT, reply: "hello" }, () => "id-1");

  const again = attemptFor(first, () => "id-2");

  expect(again.attempt?.clientId).toBe("id-1");
});

test("a changed text is sent under a new id", () => {
  const first = attemptFor({ ...EMPTY_DRAFT, reply: "hello" }, () => "id-1");

  const changed = attemptFor({ ...first, reply: "hello!" }, () => "id-2");

  expect(changed.attempt?.clientId).toBe("id-2");
});

test("what was sent leaves the draft and the other mode's text stays", () => {
  const draft = attemptFor({ ...EMPTY_DRAFT, reply: "hello", note: "inside" }, () => "id-1");

  expect(withoutSent(draft, "reply", "hello")).toEqual({ ...EMPTY_DRAFT, note: "inside" });
});

test("what was typed on while sending stays", () => {
  const draft = { ...EMPTY_DRAFT, reply: "hello and more" };

  expect(withoutSent(draft, "reply", "hello").reply).toBe("hello and more");
});
