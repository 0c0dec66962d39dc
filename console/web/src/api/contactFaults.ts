/** The calls about contact data that cannot be right: what is open, its counts, its end. */
import type { DeskApi } from "./client";

export interface ContactFault {
  fault_id: number;
  account_tail: string;
  kind: string;
  state: "open" | "asked" | "mended" | "dismissed";
  area_id: string;
  place: string;
  manager: string;
  phone_masked: string;
  detail: Record<string, number>;
  bound: number;
  answer: "" | "yes" | "no";
  found_at: string;
  asked_at: string | null;
  told_at: string | null;
  told_way: "" | "mail" | "sms";
  told_where: string;
}

export interface ContactSum {
  area_id: string;
  place: string;
  manager: string;
  kind: string;
  count: number;
  asked: number;
}

export interface ContactSweep {
  day: string;
  accounts: number;
  found: number | null;
  mended: number | null;
  ended_at: string | null;
}

export interface ContactFaults {
  faults: ContactFault[];
  next: string;
  sums: ContactSum[];
  sweep: ContactSweep | null;
}

export const contactSheetUrl = "/api/contact-faults/sheet";

export const contactFaults = (api: DeskApi, kind: string, areaId: string, after: string): Promise<ContactFaults> => {
  const asked = new URLSearchParams({ kind, area_id: areaId, after });
  return api.request("GET", `/api/contact-faults?${asked.toString()}`);
};

export const settleFault = (api: DeskApi, fault: ContactFault, state: "mended" | "dismissed", reason: string): Promise<void> =>
  api.request("POST", `/api/contact-faults/${fault.fault_id}`, { state, reason });
