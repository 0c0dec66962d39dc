import { expect, test } from "vitest";

import zh from "../locales/zh-CN/desk.json";
import { ApiError, errorKey, loginErrorKey } from "./errors";

const http = (status: number, code?: string) => new ApiError("http", status, code ? { code } : {});

test.each([
  ["error.already_accepted", http(409, "handoff.already_accepted")],
  ["error.not_owner", http(409, "handoff.not_owner")],
  ["error.not_waiting", http(409, "handoff.not_waiting")],
  ["error.csrf", http(403, "console.csrf.refused")],
  ["error.conflict", http(409, "something.new")],
  ["error.session_expired", http(401)],
  ["error.server", http(502)],
  ["error.network", new ApiError("network")],
  ["error.timeout", new ApiError("timeout")],
  ["error.unexpected", new TypeError("a fault of ours")],
])("a failed call says %s", (key, error) => {
  expect(errorKey(error)).toBe(key);
  expect(zh.texts).toHaveProperty([key]);
});

test.each([
  ["error.login_wrong", http(401, "console.login.failed")],
  ["error.login_locked", http(423)],
  ["error.login_locked", http(429)],
  ["error.login_unreachable", http(502)],
  ["error.login_unreachable", new ApiError("network")],
])("a failed log in says %s", (key, error) => {
  expect(loginErrorKey(error)).toBe(key);
  expect(zh.texts).toHaveProperty([key]);
});
