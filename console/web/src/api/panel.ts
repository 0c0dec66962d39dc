/** The calls of the customer panel: what the utility knows, one order, half days, acts, earlier contacts. */
import type { Call } from "./client";
import type { Message, NextStep, Summary, TimelineEntry } from "./types";

/** A part of the folder: its value, or the code of why there is none. */
export interface Part<T> {
  value?: T;
  trouble?: string;
}

export interface Account {
  ref: string;
  tail: string;
  name_masked: string;
  address_masked: string;
  phone_masked: string;
  region: string;
  status: string;
  billing: string;
  tags: string[];
}

export interface Money {
  balance: string;
  owed: string;
  overdue: string;
  damages: string;
  payable: string;
  days_left: number | null;
}

export interface Bill {
  period: string;
  kwh: string;
  tier: number | null;
  total: string;
  due: string | null;
  status: string;
  paid_on: string | null;
  lines: { name: string; quantity: string; amount: string }[];
}

export interface Outage {
  outage_no: string;
  kind: string;
  status: string;
  cause: string;
  started: string | null;
  eta: string | null;
  eta_said_at: string | null;
  planned_from: string | null;
  planned_to: string | null;
  crew_status: string;
  next_update_by: string | null;
  next_update_overdue: boolean;
  running: boolean;
}

export interface AccountFolder extends Account {
  money: Part<Money>;
  bills: Part<Bill[]>;
  outages: Part<Outage[]>;
  supply: Part<{ status: string; cut_at: string | null; reason: string }>;
}

export interface Order {
  order_no: string;
  kind: string;
  type: string;
  status: string;
  open: boolean;
  owner: string;
  filed: string | null;
  due: string | null;
  paused: boolean;
  used_percent: number | null;
  closed: string | null;
  tail: string;
  text: string;
  resolution: string;
  urges: number;
  timeline: { at: string; by: string; what: string; status: string; note: string }[];
  fault?: {
    arrive_by: string | null;
    eta: string | null;
    crew: string;
    outage_no: string;
    address_masked: string;
    symptom: string;
    steps: { status: string; at: string; note: string }[];
  };
}

export interface Slot {
  slot_id: string;
  day: string;
  period: string;
  starts: string;
  ends: string;
  free: number;
}

export interface Visit {
  appointment_no: string;
  account: string;
  tail: string;
  business_type: string;
  status: string;
  active: boolean;
  slot: Slot;
  change_until: string;
  contact_phone_masked: string;
  visitor: string;
  result: string;
}

export interface Application {
  application_no: string;
  business_type: string;
  status: string;
  status_name: string;
  open: boolean;
  started: string;
  due: string | null;
  left_workdays: number | null;
  paused: boolean;
  next_step: string;
  missing: string[];
  tail: string;
  manager: { name: string; phone: string } | null;
}

export interface Customer {
  accounts: Part<AccountFolder[]>;
  named: Account[];
  orders: Part<Order[]>;
  appointments: Part<Visit[]>;
  applications: Part<Application[]>;
}

export interface Choices {
  symptoms: string[];
  scopes: string[];
  secrecy: string[];
  visits: string[];
  cases: Record<string, string[]>;
}

export interface Outcome {
  shown: Record<string, string>;
  reply: string;
  sent: boolean;
  note: string;
}

export interface PastContact {
  conversation_id: string;
  relation: "here" | "linked" | "account";
  channel: string;
  state: string;
  at: string;
  ended_at: string | null;
  intent: string;
  skill: string;
  reason: string;
  agent: string;
  note: string;
  may_open: boolean;
}

export interface PastChat {
  conversation: Summary;
  messages: Message[];
  timeline: TimelineEntry[];
}

export interface ActBody {
  key: string;
  tell: boolean;
  fields: Readonly<Record<string, string>>;
}

export function panelCalls(call: Call) {
  const at = (id: string) => `/api/conversations/${encodeURIComponent(id)}`;
  return {
    customer: (id: string) => call<{ customer: Customer; steps: NextStep[]; asked_at: string }>("GET", `${at(id)}/customer`),
    choices: async () => (await call<{ choices: Choices }>("GET", "/api/panel/choices")).choices,
    order: async (id: string, orderNo: string) =>
      (await call<{ order: Order }>("GET", `${at(id)}/customer/orders/${encodeURIComponent(orderNo)}`)).order,
    slots: async (id: string, account: string, businessType: string) => {
      const query = new URLSearchParams({ account, business_type: businessType });
      return (await call<{ slots: Slot[] }>("GET", `${at(id)}/customer/slots?${query}`)).slots;
    },
    act: async (id: string, name: string, { key, tell, fields }: ActBody) =>
      (await call<{ outcome: Outcome }>("POST", `${at(id)}/acts/${name}`, { key, tell, ...fields })).outcome,
    history: async (id: string) => (await call<{ contacts: PastContact[] }>("GET", `${at(id)}/contacts`)).contacts,
    past: (id: string, pastId: string) =>
      call<PastChat>("GET", `${at(id)}/contacts/${encodeURIComponent(pastId)}`),
  };
}

export type PanelCalls = ReturnType<typeof panelCalls>;
