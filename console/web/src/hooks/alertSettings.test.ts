import { expect, test } from "vitest";

import { keepAlertSettings, readAlertSettings, waysOf } from "./alertSettings";

test("each kind is on until it is turned off, and stays off", () => {
  const all = readAlertSettings(localStorage);
  keepAlertSettings(localStorage, { ...all, queue: { sound: false, desktop: true } });

  expect(all.urgent).toEqual({ sound: true, desktop: true });
  expect(readAlertSettings(localStorage).queue).toEqual({ sound: false, desktop: true });
});

test("what cannot be read is as if nothing were kept", () => {
  localStorage.setItem("gridtalk.desk.alerts", "{broken");

  expect(readAlertSettings(localStorage).message).toEqual({ sound: true, desktop: true });
});

test("it is quiet while the agent looks, but for a new customer in the queue", () => {
  const all = readAlertSettings(localStorage);

  expect(waysOf(all, "message", true)).toEqual({ sound: false, desktop: false });
  expect(waysOf(all, "urgent", true)).toEqual({ sound: true, desktop: false });
  expect(waysOf(all, "message", false)).toEqual({ sound: true, desktop: true });
});
