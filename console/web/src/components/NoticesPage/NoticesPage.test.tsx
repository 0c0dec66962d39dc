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

const FAULT = {
  ...{ fault_id: 3, account_tail: "6112", kind: "dead", state: "open", area_id: "TA01", place: "A", manager: "M", phone_masked: "138****1011" },
  ...{ reason: "", detail: { times: 2 }, bound: 1, answer: "", found_at: AT, asked_at: null, settled_at: null, settled_by: "", told_at: AT, told_way: "mail", told_where: "f***@xinghe.example" },
};
const CONTACTS = {
  faults: [FAULT],
  next: "",
  sums: [{ area_id: "TA01", place: "A", manager: "M", kind: "dead", count: 1, asked: 0 }],
  sweep: { day: "2026-11-22", accounts: 300, found: 1, mended: 0, ended_at: AT },
};
const ANY = "GET /api/contact-faults?kind=&area_id=&after=";

const tab = (place: number) => document.querySelectorAll<HTMLElement>("[role=tab]")[place];

function shown(answers: Record<string, unknown>) {
  const api = anApi();
  const asked = vi.fn(async (method: string, path: string, body?: unknown) => {
    void body;
    return answers[`${method} ${path}`] ?? (path.startsWith("/api/contact-faults?") ? { ...CONTACTS, faults: [], sums: [] } : undefined);
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
  await waitFor(() => expect(tab(1)?.textContent).toContain("1"));
  fireEvent.click(tab(1)!);

  expect((await screen.findByTestId("notice-call-late")).textContent).toContain("1:30");
  fireEvent.click(await screen.findByTestId("notice-called"));
  expect((await screen.findByTestId<HTMLButtonElement>("notice-confirmed")).disabled).toBe(true);
  fireEvent.change(document.querySelector(".ant-modal input")!, { target: { value: " Lin " } });
  fireEvent.click(screen.getByTestId("notice-confirmed"));

  await waitFor(() => expect(asked).toHaveBeenCalledWith("POST", "/api/notice-calls/7", { reached: true, spoken_to: "Lin" }));
});

test("a finding about contact data ends only with how it was checked", async () => {
  const asked = shown({ "GET /api/notices": { events: [] }, "GET /api/notice-calls": { calls: [] }, [ANY]: CONTACTS });
  await waitFor(() => expect(tab(2)?.textContent).toContain("1"));
  fireEvent.click(tab(2)!);
  expect((await screen.findByTestId("contacts-sums")).textContent).toContain("M");

  fireEvent.click(await screen.findByTestId("contact-settle"));
  expect((await screen.findByTestId<HTMLButtonElement>("contact-mend")).disabled).toBe(true);
  fireEvent.change(screen.getByTestId("contact-reason"), { target: { value: "visited" } });
  fireEvent.click(screen.getByTestId("contact-mend"));

  await waitFor(() => expect(asked).toHaveBeenCalledWith("POST", "/api/contact-faults/3", { state: "mended", reason: "visited" }));
});
