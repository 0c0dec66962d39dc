import { App as Antd } from "antd";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import type { Customer } from "../../api/panel";
import type { TakeoverCard as Card } from "../../api/types";
import { createLocale, LocaleProvider } from "../../locale/locale";
import { aCard, anApi, aSummary, ME } from "../../testing/builders";
import { ActDialog } from "../ActDialog/ActDialog";
import { CustomerProvider } from "../Customer/CustomerContext";
import { maskText as masked } from "../../state/mask";
import { systemLine } from "./cardLines";
import { TakeoverCard } from "./TakeoverCard";

const en = createLocale("en", () => undefined);
const PAY = { id: "arrears_pay", reply: "pay {here}", act: "payment_link", fields: { purpose: "all_due" } };
const GREET = { id: "greet_open", reply: "hello", act: "", fields: {} };

function aCustomer(): Customer {
  const account = {
    ref: "r1", tail: "6224", name_masked: "Z**", address_masked: "here", phone_masked: "", region: "", status: "active",
    billing: "postpaid", tags: [],
    money: { value: { balance: "0.00", owed: "444.13", overdue: "0.00", damages: "0.00", payable: "457.66", days_left: null } },
    bills: { value: [] }, outages: { value: [] }, supply: { trouble: "backend.timeout" },
  };
  return { accounts: { value: [account] }, named: [], orders: { value: [] }, appointments: { value: [] }, applications: { value: [] } };
}

function show(card: Card, answers: { customer?: unknown; act?: () => Promise<unknown> }, owner = ME.id) {
  const api = anApi();
  const request = vi.fn(async (method: string, path: string) => {
    if (path.endsWith("/customer")) return answers.customer ?? Promise.reject(new Error("away"));
    if (path === "/api/panel/choices") return { choices: { symptoms: [], scopes: [], secrecy: [], visits: [], cases: {} } };
    if (method === "POST" && answers.act) return answers.act();
    throw new Error(path);
  });
  api.request = request as unknown as typeof api.request;
  const conversation = aSummary("c1", { agent: { id: owner, name: "x" } });
  render(
    <LocaleProvider>
      <Antd>
        <CustomerProvider api={api} me={ME} conversation={conversation}>
          <TakeoverCard card={card} />
          <ActDialog />
        </CustomerProvider>
      </Antd>
    </LocaleProvider>,
  );
  return request;
}

const told = { customer: aCustomer(), steps: [PAY, GREET], asked_at: "2026-11-21T10:00:00+08:00" };

test("the card stands at once and the utility's facts take their place when they come", async () => {
  show(aCard({ asked: "owe?", steps: [GREET] }), { customer: told });

  expect(screen.getAllByTestId("step")).toHaveLength(1);
  await waitFor(() => expect(screen.getAllByTestId("step")).toHaveLength(2));
  expect(screen.getByTestId("card-system").textContent).toContain("457.66");
});

test("a step's words go to the composer of this chat and nowhere else", async () => {
  const request = show(aCard({ steps: [GREET] }), { customer: told });
  const heard: unknown[] = [];
  window.addEventListener("gridtalk.compose", (event) => heard.push((event as CustomEvent).detail), { once: true });

  fireEvent.click(screen.getAllByTestId("step")[0]!);

  expect(heard).toEqual([{ id: "c1", text: "hello" }]);
  expect(request.mock.calls.filter(([method]) => method === "POST")).toEqual([]);
});

test("who does not serve the chat can neither fill in nor act", async () => {
  show(aCard({ steps: [PAY] }), { customer: told }, "K9999");

  await waitFor(() => expect(screen.getByTestId("step-act")).toHaveProperty("disabled", true));
  expect(screen.getAllByTestId("step")[0]).toHaveProperty("disabled", true);
});

test("a double click asks once, and after silence the same key asks again", async () => {
  let answer: (error: unknown) => void = () => undefined;
  const act = vi.fn(() => new Promise((_, reject) => (answer = reject)));
  const request = show(aCard({ steps: [PAY] }), { customer: told, act });
  await waitFor(() => expect(screen.getByTestId("card-system").textContent).toContain("457.66"));
  fireEvent.click(screen.getByTestId("step-act"));
  const confirm = await screen.findByTestId("act-confirm");

  fireEvent.click(confirm);
  fireEvent.click(confirm);
  await waitFor(() => expect(act).toHaveBeenCalledTimes(1));
  answer(new Error("silence"));
  await screen.findByTestId("act-error");
  await waitFor(() => expect(confirm.className).not.toContain("loading"));
  fireEvent.click(confirm);
  await waitFor(() => expect(act).toHaveBeenCalledTimes(2));

  const bodies = request.mock.calls.filter(([method]) => method === "POST").map((call) => (call as unknown[])[2]);
  expect(bodies[0]).toMatchObject({ account: "r1", purpose: "all_due", amount: "", tell: false });
  expect(bodies[1]).toEqual(bodies[0]);
});

test("numbers of the newest line are masked", () => {
  expect(masked("13800001011 6201011006117 11")).toBe("138****1011 ****6117 11");
});

test("nothing owed is said only of what was read", () => {
  const whole = aCustomer();
  whole.accounts.value![0]!.money = { value: { balance: "0.00", owed: "0.00", overdue: "0.00", damages: "0.00", payable: "0.00", days_left: null } };
  const partly = aCustomer();
  partly.accounts.value![0]!.money = { trouble: "backend.timeout" };

  expect(systemLine(aCard(), whole, en)).toEqual([en.t("takeover.system_none")]);
  expect(systemLine(aCard(), partly, en)).toEqual([en.t("takeover.system_partly")]);
  expect(systemLine(aCard(), { ...whole, accounts: { value: [] } }, en)).toEqual([en.t("takeover.system_no_account")]);
});

test("without the utility the line says what the cards in the chat said", () => {
  const card = aCard({ system: [{ kind: "bill", title: "October", detail: "190.20" }], orders: ["F1"] });

  expect(systemLine(card, null, en)).toEqual(["October 190.20", "F1"]);
  expect(systemLine(card, { ...aCustomer(), accounts: { trouble: "backend.timeout" } }, en)).toEqual(["October 190.20", "F1"]);
});
