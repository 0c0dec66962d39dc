import { expect, test } from "vitest";

import type { Customer } from "../api/panel";
import { BOOKS } from "../locales/books";
import { attemptOf } from "./attempt";
import { barsOf } from "./bars";
import { bodyOf, changed, faultsOf, FORMS, shownFields, withOnlyChoices, type ActName } from "./forms";

const ACTS = Object.keys(FORMS) as ActName[];
const NOTHING: Customer = { accounts: {}, named: [], orders: {}, appointments: {}, applications: {} };

test("every act and every field has its sentence in both languages", () => {
  const needed = ACTS.flatMap((act) => [`act.${act}`, `act.lead_${act}`, ...FORMS[act].map(({ name }) => `field.${name}`)]);

  for (const { texts } of Object.values(BOOKS)) expect(needed.filter((key) => !(key in texts))).toEqual([]);
});

test("a bill asks for its period and a top up for its amount", () => {
  const names = (purpose: string) => shownFields("payment_link", { purpose }).map(({ name }) => name);

  expect(names("all_due")).toEqual(["account", "purpose"]);
  expect(names("bill")).toEqual(["account", "purpose", "period"]);
  expect(names("top_up")).toEqual(["account", "purpose", "amount"]);
});

test("the body has every field, and nothing of those that do not show", () => {
  const values = { account: " ref ", purpose: "all_due", amount: "5", period: "2026-10" };

  expect(bodyOf("payment_link", values)).toEqual({ account: "ref", purpose: "all_due", period: "", amount: "" });
});

test.each([
  ["payment_link", { account: "r", purpose: "top_up", amount: "0" }, ["amount"]],
  ["payment_link", { account: "r", purpose: "top_up", amount: "12.345" }, ["amount"]],
  ["payment_link", { account: "r", purpose: "top_up", amount: "100.50" }, []],
  ["fault", { account: "", address: "" }, ["address"]],
  ["fault", { account: "r" }, []],
  ["fault", { account: "r", phone: "123" }, ["phone"]],
  ["fault", { account: "r", phone: "0620-5550101" }, []],
  ["bind", { account_no: "62010110061", code: "12345" }, ["account_no", "code"]],
  ["bind", { account_no: "6201011006117", code: "123456" }, []],
  ["case", { kind: "opinion" }, ["type", "text"]],
] as const)("what keeps %s with %o from being done: %o", (act, values, faulty) => {
  expect(Object.keys(faultsOf(act, values))).toEqual(faulty);
});

test("what hung on a changed field is emptied", () => {
  expect(changed({ kind: "report", type: "x" }, "kind", "praise")).toEqual({ kind: "praise", type: "" });
  expect(changed({ account: "a", slot_id: "s" }, "account", "b")).toMatchObject({ account: "b", slot_id: "" });
});

test("the only account and the only open order are chosen already", () => {
  const customer = {
    ...NOTHING,
    accounts: { value: [{ ref: "r1" }] },
    orders: { value: [{ order_no: "F1", open: true, kind: "fault" }, { order_no: "A1", open: true, kind: "appointment" }] },
  } as unknown as Customer;

  expect(withOnlyChoices("payment_link", {}, customer)).toEqual({ account: "r1" });
  expect(withOnlyChoices("urge", {}, customer)).toEqual({ order_no: "F1" });
  expect(withOnlyChoices("urge", { order_no: "T9" }, customer)).toEqual({ order_no: "T9" });
  expect(withOnlyChoices("fault", {}, customer)).toEqual({});
});

test("the same wish goes under the same key until its end is known", () => {
  let count = 0;
  const key = () => `k${++count}`;
  const first = attemptOf(null, "urge", { order_no: "F1" }, key);

  expect(attemptOf(first, "urge", { order_no: "F1" }, key)).toBe(first);
  expect(attemptOf(first, "urge", { order_no: "F2" }, key).key).toBe("k2");
  expect(attemptOf(null, "urge", { order_no: "F1" }, key).key).toBe("k3");
});

test("bars stand oldest first, the newest and the unpaid in colours of their own", () => {
  const bill = (period: string, status: string) => ({ period, status, total: "9.50" }) as Parameters<typeof barsOf>[0][number];

  const bars = barsOf([bill("2026-10", "paid"), bill("2026-09", "overdue"), bill("2026-08", "paid")]);

  expect(bars).toEqual({ labels: ["8", "9", "10"], values: [9.5, 9.5, 9.5], tones: ["paid", "owed", "newest"] });
});
