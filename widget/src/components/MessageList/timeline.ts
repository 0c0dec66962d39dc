/** Orders what the list draws: days, times, lines and unsent lines; pure, so that the drawing stays simple. */

import type { OutboxItem } from "../../connection/outbox";
import type { Button, Message } from "../../connection/wire";
import type { Locale } from "../../locales/locale";
import { fill } from "../../locales/locale";

const PAUSE_SHOWN_MS = 5 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** The company's clock: a traveller must read the same hour as the repair crew. */
const ZONE = "Asia/Shanghai";

export type TimelineEntry =
  | { kind: "day"; key: string; at: Date }
  | { kind: "time"; key: string; at: Date }
  | { kind: "message"; key: string; message: Message; isFirst: boolean; more: LineTraits }
  | { kind: "unsent"; key: string; item: OutboxItem; isFirst: boolean };

/** What a line shows beside its words, by its place among the others. */
export interface LineTraits {
  /** The choice the customer took of this line's buttons, by its label. */
  readonly chosen?: string;
  /** The last line of an answer of the assistant: the one that is evaluated. */
  readonly endsTurn?: true;
  /** The customer's newest line says how far it has come. */
  readonly mark?: "delivered" | "read";
}

const NO_TRAITS: LineTraits = {};

/** Finds the traits of each line by its seq. */
export function traitsOf(messages: readonly Message[], agentRead: number): ReadonlyMap<number, LineTraits> {
  const traits = new Map<number, LineTraits>();
  let offered: Message | null = null;
  let own: Message | null = null;
  messages.forEach((message, index) => {
    if (message.role === "bot" && own && messages[index + 1]?.role !== "bot") traits.set(message.seq, { endsTurn: true });
    if (message.role === "customer") {
      own = message;
      if (offered?.buttons?.some((button) => button.label === message.text)) {
        traits.set(offered.seq, { ...traits.get(offered.seq), chosen: message.text });
      }
    }
    if (message.role !== "system") offered = message.buttons ? message : null;
  });
  const last = own as Message | null;
  if (last) traits.set(last.seq, { mark: agentRead >= last.seq ? "read" : "delivered" });
  return traits;
}

/** Puts messages and unsent items in one order, with a day or a time where one is due. */
export function buildTimeline(messages: readonly Message[], unsent: readonly OutboxItem[], agentRead = 0): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const traits = traitsOf(messages, agentRead);
  let previous: Message | null = null;
  for (const message of messages) {
    const separator = separatorBefore(previous, message);
    if (separator) entries.push(separator);
    const isFirst = Boolean(separator) || !isSameVoice(previous, message);
    entries.push({ kind: "message", key: `m${message.seq}`, message, isFirst, more: traits.get(message.seq) ?? NO_TRAITS });
    previous = message;
  }
  unsent.forEach((item, index) => {
    const isFirst = index === 0 && previous?.role !== "customer";
    entries.push({ kind: "unsent", key: item.frame.client_id, item, isFirst });
  });
  return entries;
}

/** Gives the choices still open: those of the last line of the assistant, until the customer answers. */
export function openChoices(messages: readonly Message[], unsent: readonly OutboxItem[]): readonly Button[] {
  if (unsent.length > 0) return [];
  const last = [...messages].reverse().find((message) => message.role !== "system");
  return last?.role === "bot" ? (last.buttons ?? []) : [];
}

/** Writes the hour and minute of a moment. */
export function formatTime(at: Date): string {
  return at.toLocaleTimeString("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
}

/** Writes the day of a moment as people say it. */
export function formatDay(at: Date, now: Date, words: Locale["time"]): string {
  if (dayOf(at) === dayOf(now)) return words.today;
  if (dayOf(at) === dayOf(new Date(now.getTime() - DAY_MS))) return words.yesterday;
  const [year = 0, month = 0, day = 0] = dayOf(at).split("-").map(Number);
  const weekday = words.weekdays[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? "";
  const isThisYear = dayOf(now).startsWith(`${year}-`);
  return fill(isThisYear ? words.date : words.fullDate, { year, month, day, weekday });
}

function separatorBefore(previous: Message | null, message: Message): TimelineEntry | null {
  const at = new Date(message.at);
  if (Number.isNaN(at.getTime())) return null;
  if (!previous || dayOf(new Date(previous.at)) !== dayOf(at)) return { kind: "day", key: `d${message.seq}`, at };
  if (at.getTime() - Date.parse(previous.at) > PAUSE_SHOWN_MS) return { kind: "time", key: `t${message.seq}`, at };
  return null;
}

function isSameVoice(previous: Message | null, message: Message): boolean {
  return previous?.role === message.role && previous.agent?.id === message.agent?.id;
}

function dayOf(at: Date): string {
  return Number.isNaN(at.getTime()) ? "" : at.toLocaleDateString("sv-SE", { timeZone: ZONE });
}
