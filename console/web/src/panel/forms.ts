/** The forms of the acts as data: which fields each takes, which of them show now, and what still lacks. */
import type { Customer, Order } from "../api/panel";

export type ActName =
  | "payment_link"
  | "fault"
  | "case"
  | "urge"
  | "book"
  | "move"
  | "cancel"
  | "outage"
  | "code"
  | "bind";

export type Values = Readonly<Record<string, string>>;

/** How a field is filled in; lists come from the customer's folder or the choices. */
export type Kind =
  | "account"
  | "account_maybe"
  | "purpose"
  | "period"
  | "amount"
  | "place"
  | "symptom"
  | "scope"
  | "phone"
  | "note"
  | "case_kind"
  | "case_type"
  | "text"
  | "secrecy"
  | "order"
  | "visit_type"
  | "slot"
  | "visit"
  | "outage"
  | "number"
  | "code";

export interface Field {
  readonly name: string;
  readonly kind: Kind;
  readonly required?: boolean;
  readonly shown?: (values: Values) => boolean;
}

const ACCOUNT: Field = { name: "account", kind: "account", required: true };
const ACCOUNT_MAYBE: Field = { name: "account", kind: "account_maybe" };
const PHONE: Field = { name: "phone", kind: "phone" };
const NOTE: Field = { name: "note", kind: "note" };

export const FORMS: Readonly<Record<ActName, readonly Field[]>> = {
  payment_link: [
    ACCOUNT,
    { name: "purpose", kind: "purpose", required: true },
    { name: "period", kind: "period", required: true, shown: ({ purpose }) => purpose === "bill" },
    { name: "amount", kind: "amount", required: true, shown: ({ purpose }) => purpose === "top_up" },
  ],
  fault: [
    ACCOUNT_MAYBE,
    { name: "address", kind: "place", required: true, shown: ({ account }) => !account },
    { name: "symptom", kind: "symptom" },
    { name: "scope", kind: "scope" },
    PHONE,
    NOTE,
  ],
  case: [
    { name: "kind", kind: "case_kind", required: true },
    { name: "type", kind: "case_type", required: true },
    { name: "text", kind: "text", required: true },
    ACCOUNT_MAYBE,
    PHONE,
    { name: "secrecy", kind: "secrecy", shown: ({ kind }) => kind === "report" || kind === "complaint" },
  ],
  urge: [{ name: "order_no", kind: "order", required: true }, NOTE],
  book: [
    ACCOUNT,
    { name: "business_type", kind: "visit_type", required: true },
    { name: "slot_id", kind: "slot", required: true, shown: ({ account, business_type }) => !!account && !!business_type },
    PHONE,
    NOTE,
  ],
  move: [
    { name: "appointment_no", kind: "visit", required: true },
    { name: "slot_id", kind: "slot", required: true, shown: ({ appointment_no }) => !!appointment_no },
  ],
  cancel: [{ name: "appointment_no", kind: "visit", required: true }, NOTE],
  outage: [
    ACCOUNT,
    { name: "outage_no", kind: "outage", required: true },
    { name: "symptom", kind: "symptom" },
  ],
  code: [{ name: "account_no", kind: "number", required: true }],
  bind: [
    { name: "account_no", kind: "number", required: true },
    { name: "code", kind: "code", required: true },
  ],
};

/** The values with what has but one choice already made: the one account, the one open order, the one visit to come. */
export function withOnlyChoices(act: ActName, values: Values, customer: Customer | null): Values {
  const accounts = [...(customer?.accounts.value ?? []), ...(customer?.named ?? [])].map(({ ref }) => ref);
  const orders = (customer?.orders.value ?? []).filter(canBeUrged).map(({ order_no: no }) => no);
  const visits = (customer?.appointments.value ?? []).filter(({ active }) => active).map(({ appointment_no: no }) => no);
  const only: Partial<Record<Kind, string[]>> = { account: accounts, order: orders, visit: visits };
  const made: Record<string, string> = { ...values };
  for (const { name, kind } of FORMS[act]) {
    const choices = only[kind];
    if (!made[name] && choices?.length === 1) made[name] = choices[0]!;
  }
  return made;
}

/** Whether an order is open and of a kind that is urged; visits and applications go their own way. */
export function canBeUrged({ open, kind }: Pick<Order, "open" | "kind">): boolean {
  return open && kind !== "appointment" && kind !== "application";
}

const NUMBER = /^(\d{10}|\d{13}|\d{16})$/;
const CODE = /^\d{6}$/;
const AMOUNT = /^\d{1,7}(\.\d{1,2})?$/;
const PHONE_NUMBER = /^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$/;

export function isAct(name: string): name is ActName {
  return name in FORMS;
}

export function shownFields(act: ActName, values: Values): readonly Field[] {
  return FORMS[act].filter((field) => field.shown?.(values) ?? true);
}

/** What the server takes: every field of the act, those that do not show or are not told as empty. */
export function bodyOf(act: ActName, values: Values): Record<string, string> {
  const shown = new Set(shownFields(act, values).map((field) => field.name));
  return Object.fromEntries(
    FORMS[act].map(({ name }) => [name, shown.has(name) ? (values[name] ?? "").trim() : ""]),
  );
}

/** The fields that keep the act from being done, each with the key of what is wrong. */
export function faultsOf(act: ActName, values: Values): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const { name, kind, required } of shownFields(act, values)) {
    const value = (values[name] ?? "").trim();
    if (!value) {
      if (required) faults[name] = "act.required";
    } else if (!fits(kind, value)) faults[name] = `act.invalid_${kind}`;
  }
  return faults;
}

function fits(kind: Kind, value: string): boolean {
  switch (kind) {
    case "number":
      return NUMBER.test(value);
    case "code":
      return CODE.test(value);
    case "amount":
      return AMOUNT.test(value) && Number(value) > 0;
    case "phone":
      return PHONE_NUMBER.test(value);
    default:
      return true;
  }
}

/** The values after one was changed; what hung on it is emptied. */
export function changed(values: Values, name: string, value: string): Values {
  const next: Record<string, string> = { ...values, [name]: value };
  if (name === "kind") next.type = "";
  if (name === "account" || name === "business_type" || name === "appointment_no") next.slot_id = "";
  if (name === "account") next.outage_no = next.period = "";
  return next;
}
