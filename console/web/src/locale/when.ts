/** How a moment of the wire reads on the desk: always in the utility's own time zone, whatever the browser's. */
import type { Locale } from "./locale";

const ZONE = "Asia/Shanghai";
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

/** `HH:mm`, or nothing for a moment that cannot be read. */
export function clockTime(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? "" : CLOCK.format(at);
}

/** `YYYY-MM-DD`, the key of a day. */
export function dayOf(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? "" : DAY.format(at);
}

/** The day as a separator shows it. */
export function dayLabel(iso: string, locale: Locale): string {
  const day = dayOf(iso);
  if (!day) return "";
  const [, month = "", date = ""] = day.split("-");
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return locale.t("day.full", { month: +month, day: +date, weekday: locale.t(`weekday.${weekday}`) });
}

/** The clock time on the newest day of a list, the date on any other. */
export function listTime(iso: string, newestDay: string): string {
  const day = dayOf(iso);
  return day === newestDay ? clockTime(iso) : day.slice(5);
}

/** Seconds as `m:ss`, from an hour on as `h:mm:ss`. */
export function duration(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
