/** The takeover card as lines: what the bot learned, and in its place what the utility says once it has answered. */
import type { Customer } from "../../api/panel";
import type { TakeoverCard } from "../../api/types";
import type { Locale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";

const APART = new Set(["appointment", "application", "urge"]);
const SHOWN = 3;

/** The `System` line: live facts, else what the cards in the chat said. Empty when nothing is known. */
export function systemLine(card: TakeoverCard, customer: Customer | null, { t, word }: Locale): string[] {
  const learned = [...card.system.map(({ title, detail }) => [title, detail].filter(Boolean).join(" ")), ...card.orders];
  if (!customer?.accounts.value || !customer.orders.value) return learned.slice(0, SHOWN);
  const accounts = customer.accounts.value;
  const owing = accounts.flatMap(({ money }) => (Number(money.value?.owed ?? 0) > 0 ? [Number(money.value?.payable)] : []));
  const owed = owing.reduce((sum, payable) => sum + payable, 0);
  const outages = accounts.flatMap(({ outages: found }) => found.value ?? []);
  const facts = [
    accounts.some(({ supply }) => supply.value?.status === "cut_off") && t("panel.cut_off"),
    owed > 0 && t("takeover.arrears", { amount: owed.toFixed(2) }),
    ...outages
      .filter(({ running }) => running)
      .map(({ outage_no: no, eta }) =>
        t("takeover.outage", { no, eta: eta ? t("panel.eta", { time: shortMoment(eta) }) : t("panel.eta_none") }),
      ),
    ...customer.orders.value
      .filter(({ open, kind }) => open && !APART.has(kind))
      .map(({ order_no: no, status }) => t("takeover.open_order", { no, status: word("order_status", status) })),
    ...outages
      .filter(({ running, planned_from: from }) => !running && from)
      .map(({ planned_from: from }) => t("takeover.planned", { time: shortMoment(from ?? "") })),
    ...(customer.appointments.value ?? [])
      .filter(({ active }) => active)
      .map(({ slot, business_type: type }) => t("takeover.visit", { when: `${slot.day.slice(5)}${slot.period}`, type })),
  ].filter((fact): fact is string => Boolean(fact));
  const unread = accounts.some(({ money, outages: found }) => !money.value || !found.value);
  if (accounts.length === 0) return [...facts, ...(facts.length ? [] : learned.slice(0, SHOWN)), t("takeover.system_no_account")];
  if (unread) return [...new Set([...facts, t("takeover.system_partly")])];
  return facts.length > 0 ? [...new Set(facts)] : [t("takeover.system_none")];
}

/** The `Bot` line: how much it heard and missed, and what it showed. */
export function triedLine({ tried }: TakeoverCard, { t, word }: Locale): string[] {
  if (tried.heard === 0 && tried.shown.length === 0) return [];
  return [
    tried.heard > 0 && t("takeover.heard", { heard: tried.heard }),
    tried.missed > 0 && t("takeover.missed", { missed: tried.missed }),
    tried.intents.map((intent) => word("intent", intent)).join(" / "),
    tried.shown.length > 0 && t("takeover.shown", { shown: tried.shown.join(" / ") }),
  ].filter((part): part is string => Boolean(part));
}

export function shortMoment(iso: string): string {
  return `${dayOf(iso).slice(5)} ${clockTime(iso)}`.trim();
}
