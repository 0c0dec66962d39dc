/** How days and times are written in the calendar. */
import type { PlannedDay } from "../../api/hours";
import type { Locale } from "../../locale/locale";

/** The day of the week, from the date alone: the browser's own zone must not move it. */
export function weekday(day: string, locale: Pick<Locale, "t">): string {
  return [...locale.t("calendar.weekdays")][new Date(`${day}T00:00:00Z`).getUTCDay()] ?? "";
}

/** What stands below a date: a festival, that a weekend is worked, or that nobody knows yet. */
export function dayMark(day: PlannedDay, locale: Pick<Locale, "t" | "word">): string {
  if (!day.known) return locale.t("calendar.unpublished");
  if (day.make_up) return locale.t("calendar.make_up");
  return day.kind === "holiday" ? locale.word("festival", day.festival) : "";
}

/** A time of the server, as its own zone writes it; today's without the date. */
export function moment(at: string, now: string): string {
  const [day = "", time = ""] = at.split("T");
  return now.startsWith(day) ? time.slice(0, 5) : `${day.slice(5).replace("-", "/")} ${time.slice(0, 5)}`;
}
