/** The calls of the calendar of shifts; each answers with the whole book, so that the page shows what the server holds. */
import type { DeskApi } from "./client";

type Caller = Pick<DeskApi, "request">;

export interface PlannedDay {
  day: string;
  kind: "workday" | "weekend" | "holiday";
  festival: string;
  make_up: boolean;
  known: boolean;
  hours: string;
  exception: string;
  always: boolean;
}

export interface WeekHours {
  workday: string;
  weekend: string;
  holiday: string;
}

export interface SkillHours extends WeekHours {
  skill: string;
  own: boolean;
  open: boolean;
  opens: string | null;
  preview: PlannedDay[];
}

export interface SpecialDays {
  skill: string;
  first: string;
  last: string;
  hours: string;
  name: string;
}

export interface HoursBook {
  default: string;
  now: string;
  unknown_years: number[];
  skills: SkillHours[];
  days: (SpecialDays & { id: number; by: string })[];
}

const of = (skill: string) => `/api/hours/${encodeURIComponent(skill)}`;

export const readHours = ({ request }: Caller) => request<HoursBook>("GET", "/api/hours");
export const setHours = ({ request }: Caller, skill: string, week: WeekHours) => request<HoursBook>("POST", of(skill), week);
export const resetHours = ({ request }: Caller, skill: string) => request<HoursBook>("POST", `${of(skill)}/reset`, {});
export const addDays = ({ request }: Caller, days: SpecialDays) => request<HoursBook>("POST", "/api/hours-days", days);
export const dropDays = ({ request }: Caller, id: number) => request<HoursBook>("POST", `/api/hours-days/${id}/drop`, {});
