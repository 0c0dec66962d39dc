import { expect, test } from "vitest";

import { ApiError } from "../api/errors";
import { ME } from "../testing/builders";
import { afterUnauthorized, type Phase } from "./useSession";

const EXPIRED = new ApiError("http", 401, { code: "console.session.expired" });
const REPLACED = new ApiError("http", 401, { code: "console.session.replaced" });
const DESK: Phase = { name: "desk", agent: ME };

test("who is logged out in the middle of the work is told why, also when several calls are refused at once", () => {
  const first = afterUnauthorized(DESK, EXPIRED);

  expect(first).toEqual({ name: "login", noticeKey: "login.expired" });
  expect(afterUnauthorized(first, EXPIRED)).toEqual(first);
});

test("a desk opened elsewhere is told as that, whatever is refused after it", () => {
  const replaced = afterUnauthorized(DESK, REPLACED);

  expect(replaced).toEqual({ name: "replaced" });
  expect(afterUnauthorized(replaced, EXPIRED)).toEqual(replaced);
});

test("the first question of a new page is refused without a word", () => {
  expect(afterUnauthorized({ name: "asking" }, EXPIRED)).toEqual({ name: "login", noticeKey: null });
});
