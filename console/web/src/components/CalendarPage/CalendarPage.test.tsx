import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App as Antd } from "antd";
import { describe, expect, it } from "vitest";

import { ApiError } from "../../api/errors";
import type { HoursBook, PlannedDay } from "../../api/hours";
import { createLocale, LocaleProvider } from "../../locale/locale";
import { anApi } from "../../testing/builders";
import { CalendarPage } from "./CalendarPage";
import { dayMark, moment, weekday } from "./days";

const DAY: PlannedDay = { day: "2026-11-21", kind: "weekend", festival: "", make_up: false, known: true, hours: "08:00-20:00", exception: "", always: false };
const BILLING = { skill: "billing", workday: "08:00-20:00", weekend: "08:00-20:00", holiday: "", own: true, open: true, opens: null, preview: [DAY] };
const BOOK: HoursBook = { default: "08:00-20:00", now: "2026-11-21T10:00:00+08:00", unknown_years: [2027], skills: [BILLING], days: [] };
const zh = createLocale("zh-CN", () => undefined);

function show(api = anApi()) {
  api.request.mockResolvedValue(BOOK);
  render(
    <LocaleProvider>
      <Antd>
        <CalendarPage api={api} />
      </Antd>
    </LocaleProvider>,
  );
  return api;
}

describe("the days of the calendar", () => {
  it("names the weekday of the date, in whatever zone the browser stands", () => {
    expect(weekday("2026-11-22", zh)).toBe("日");
    expect(weekday("2026-11-23", zh)).toBe("一");
  });

  it.each([
    [{ known: false }, "未收录"],
    [{ make_up: true, kind: "workday", festival: "national_day" }, "班"],
    [{ kind: "holiday", festival: "national_day" }, "国庆"],
    [{}, ""],
  ] as const)("marks a day %o as %s", (more, mark) => {
    expect(dayMark({ ...DAY, ...more }, zh)).toBe(mark);
  });

  it("leaves out the date of today", () => {
    expect(moment("2026-11-21T13:30:00+08:00", BOOK.now)).toBe("13:30");
    expect(moment("2026-11-23T08:30:00+08:00", BOOK.now)).toBe("11/23 08:30");
  });
});

describe("the calendar page", () => {
  it("says loudly which years nobody knows", async () => {
    show();

    expect((await screen.findByTestId("unknown-years")).textContent).toContain("2027");
  });

  it("writes the hours of a skill", async () => {
    const api = show();
    fireEvent.click(await screen.findByTestId("edit-billing"));
    fireEvent.change(await screen.findByTestId("hours-holiday"), { target: { value: "09:00-12:00，13:00-17:00" } });

    fireEvent.click(screen.getByTestId("hours-save"));

    const week = { workday: "08:00-20:00", weekend: "08:00-20:00", holiday: "09:00-12:00,13:00-17:00" };
    await waitFor(() => expect(api.request).toHaveBeenLastCalledWith("POST", "/api/hours/billing", week));
    await waitFor(() => expect(screen.queryByTestId("hours-save")).toBeNull());
  });

  it("keeps the form open when the server refuses", async () => {
    const api = show();
    fireEvent.click(await screen.findByTestId("edit-billing"));
    api.request.mockRejectedValue(new ApiError("http", 400, { code: "console.hours.invalid" }));

    fireEvent.click(await screen.findByTestId("hours-save"));

    expect(await screen.findByText(/不能重叠/)).toBeTruthy();
    expect(screen.getByTestId("hours-save")).toBeTruthy();
  });

  it("offers to try again when the book cannot be read", async () => {
    const api = anApi();
    api.request.mockRejectedValue(new ApiError("network"));
    render(
      <LocaleProvider>
        <Antd>
          <CalendarPage api={api} />
        </Antd>
      </LocaleProvider>,
    );

    expect(await screen.findByText("班次日历读不出来")).toBeTruthy();
  });
});
