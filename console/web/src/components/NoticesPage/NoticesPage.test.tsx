import { App as Antd } from "antd";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import type { DeskApi } from "../../api/client";
import type { NoticeCall } from "../../api/notices";
import { LocaleProvider } from "../../locale/locale";
import { anApi, ME } from "../../testing/builders";
import { NoticesPage } from "./NoticesPage";

const AT = "2026-11-21T10:00:00+08:00";
const SUMS = { planned: 3, reached: 2, read: 1, missed: 1, dropped: 0, open: 0, percent: 66 };
const EVENT = { family: "outage", subject: "T1", key: "T1", kind: "outage_fault", told_at: AT, ...SUMS };
const CALL: NoticeCall = {
  ...{ call_id: 7, kind: "outage_fault", subject: "T1", account_tail: "6112", phone_masked: "138****1001" },
  ...{ care: "life_support", reason: "care", call_by: AT, late_s: 90, words: "power is off" },
};

function shown(answers: Record<string, unknown>) {
  const api = anApi();
  const asked = vi.fn(async (method: string, path: string, body?: unknown) => {
    void body;
    return answers[`${method} ${path}`];
  });
  api.request = asked as unknown as typeof api.request;
  render(
    <LocaleProvider>
      <Antd>
        <NoticesPage me={ME} api={api as unknown as DeskApi} state={{} as never} onOpen={() => undefined} />
      </Antd>
    </LocaleProvider>,
  );
  return asked;
}

test("an event shows how many it reached, and opens with its words and who is left", async () => {
  const fact = { fact_id: 1, kind: "outage_fault", state: "told", reason: "", due_at: AT, words: { chat: "off", community: "all off" }, places: ["A"], ...SUMS };
  const rest = { kind: "outage_fault", account_tail: "6112", place: "A", way: "sms", state: "undelivered", reason: "dead", tries: 1, made_at: AT };
  const silent = { account_tail: "7788", place: "B", care: "key_account", did: "call", way: "wechat", told_at: AT, listed_at: AT, confirmed: false };
  shown({
    "GET /api/notices": { events: [EVENT] },
    "GET /api/notice-calls": { calls: [] },
    "GET /api/notices/outage/T1": { facts: [fact], rest: [rest], rest_most: 1000, unconfirmed: [silent] },
  });

  fireEvent.click(await screen.findByTestId("notice-event"));

  expect((await screen.findByTestId("notice-facts")).textContent).toContain("all off");
  expect(await screen.findByText("****6112")).toBeTruthy();
  expect(screen.getByTestId("notice-unconfirmed").textContent).toContain("大客户B****7788");
});

test("a call ends only with who was spoken to", async () => {
  const asked = shown({ "GET /api/notices": { events: [] }, "GET /api/notice-calls": { calls: [CALL] } });
  await waitFor(() => expect(screen.getAllByRole("tab")[1]?.textContent).toContain("1"));
  fireEvent.click(screen.getAllByRole("tab")[1]!);

  expect((await screen.findByTestId("notice-call-late")).textContent).toContain("1:30");
  fireEvent.click(await screen.findByTestId("notice-called"));
  expect((await screen.findByTestId<HTMLButtonElement>("notice-confirmed")).disabled).toBe(true);
  fireEvent.change(screen.getByRole("textbox"), { target: { value: " Lin " } });
  fireEvent.click(screen.getByTestId("notice-confirmed"));

  await waitFor(() => expect(asked).toHaveBeenCalledWith("POST", "/api/notice-calls/7", { reached: true, spoken_to: "Lin" }));
});
