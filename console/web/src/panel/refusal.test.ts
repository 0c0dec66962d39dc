import { expect, test } from "vitest";

import { ApiError } from "../api/errors";
import { createLocale } from "../locale/locale";
import { refusalText, troubleText } from "./refusal";

const en = createLocale("en", () => undefined);
const refused = (reason: string, facts = {}) => new ApiError("http", 409, { code: "panel.refused", reason, facts });

test("the utility's no is said with its figures", () => {
  expect(refusalText(refused("check_code.wrong", { tries_left: 2 }), en)).toBe("Wrong code, 2 tries left.");
  expect(refusalText(refused("appointment.fixed", { change_until: "2026-11-23T18:00:00+08:00" }), en)).toContain("11-23 18:00");
});

test("a figure that did not come is left out, never shown as a blank", () => {
  expect(refusalText(refused("check_code.wrong"), en)).toBe("Wrong code.");
});

test("a reason nobody knows is shown as it came", () => {
  expect(refusalText(refused("brand.new"), en)).toBe("The utility refused (brand.new).");
});

test("silence says that it may be clicked again", () => {
  expect(refusalText(new ApiError("http", 503, { code: "panel.silent" }), en)).toContain("never done twice");
});

test("who holds the chat is named", () => {
  const error = new ApiError("http", 409, { code: "handoff.not_owner", agent: { id: "K1", name: "Gu" } });

  expect(refusalText(error, en)).toBe("Gu serves this chat now.");
});

test("other failures keep their own words", () => {
  expect(refusalText(new ApiError("network"), en)).toBe(en.t("error.network"));
  expect(refusalText(new Error("boom"), en)).toBe(en.t("error.unexpected"));
});

test("a part that could not be read says why", () => {
  expect(troubleText("backend.unavailable", en)).toContain("The chat goes on");
  expect(troubleText("odd.code", en)).toBe("Not found (odd.code).");
});
