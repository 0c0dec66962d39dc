/** Values for tests, whole and valid; a test names only what it is about. */
import { vi, type Mocked } from "vitest";

import type { DeskApi } from "../api/client";
import type { Agent, Detail, Escalation, Message, Summary, TakeoverCard } from "../api/types";

export const ME: Agent = { id: "K0104", name: "Jiang", role: "agent", skills: ["fault"], max_chats: 4 };
export const SUPERVISOR: Agent = { ...ME, id: "S0001", name: "Liu", role: "supervisor" };

export function aMessage(seq: number, more: Partial<Message> = {}): Message {
  return { seq, role: "customer", at: "2026-11-21T10:00:00.000+08:00", text: `line ${seq}`, ...more };
}

export function messages(from: number, to: number): Message[] {
  return Array.from({ length: to - from + 1 }, (_, index) => aMessage(from + index));
}

export function anEscalation(id: number, more: Partial<Escalation> = {}): Escalation {
  return {
    id,
    conversation_id: `c${id}`,
    state: "waiting",
    skill: "fault",
    priority: 5,
    reason: "asked",
    requested_at: "2026-11-21T10:00:00.000+08:00",
    waiting_s: 0,
    display_name: `visitor ${id}`,
    channel: "web",
    last_text: "help",
    ...more,
  };
}

export function aSummary(id: string, more: Partial<Summary> = {}): Summary {
  return {
    id,
    channel: "web",
    display_name: `visitor ${id}`,
    owner: "agent",
    epoch: 2,
    agent: { id: ME.id, name: ME.name },
    last_text: "help",
    last_at: "2026-11-21T10:00:00.000+08:00",
    last_seq: 1,
    unread: 0,
    customer_read: 0,
    escalation: null,
    ...more,
  };
}

export function aCard(more: Partial<TakeoverCard> = {}): TakeoverCard {
  return {
    who: { display_name: "visitor", channel: "web", verified: "none", accounts: [] },
    intent: "",
    slots: [],
    orders: [],
    risks: [],
    promises: [],
    asked: "",
    mood: "",
    tried: { heard: 0, missed: 0, intents: [], shown: [] },
    system: [],
    last: null,
    steps: [],
    ...more,
  };
}

export function aDetail(id: string, held: Message[] = messages(1, 1), more: Partial<Summary> = {}): Detail {
  const last_seq = held[held.length - 1]?.seq ?? 0;
  return { conversation: aSummary(id, { last_seq, ...more }), card: aCard(), messages: held, timeline: [] };
}

/** A server that answers every call with nothing new; a test overrules the calls it is about. */
export function anApi(): Mocked<DeskApi> {
  return {
    loginCode: vi.fn<DeskApi["loginCode"]>(),
    request: vi.fn(async () => ({})) as unknown as Mocked<DeskApi>["request"],
    login: vi.fn<DeskApi["login"]>(),
    logout: vi.fn<DeskApi["logout"]>(async () => undefined),
    me: vi.fn<DeskApi["me"]>(async () => ({ agent: ME, csrf: "csrf" })),
    queue: vi.fn<DeskApi["queue"]>(async () => []),
    conversations: vi.fn<DeskApi["conversations"]>(async () => []),
    conversation: vi.fn<DeskApi["conversation"]>(async (id) => aDetail(id)),
    history: vi.fn<DeskApi["history"]>(async () => ({ lines: [], before: null })),
    search: vi.fn<DeskApi["search"]>(async () => []),
    messages: vi.fn<DeskApi["messages"]>(async () => []),
    accept: vi.fn<DeskApi["accept"]>(),
    takeOver: vi.fn<DeskApi["takeOver"]>(),
    reply: vi.fn<DeskApi["reply"]>(),
    note: vi.fn<DeskApi["note"]>(),
    giveBack: vi.fn<DeskApi["giveBack"]>(),
    close: vi.fn<DeskApi["close"]>(),
    typing: vi.fn<DeskApi["typing"]>(async () => undefined),
    read: vi.fn<DeskApi["read"]>(async () => undefined),
    download: vi.fn<DeskApi["download"]>(async () => new Blob()),
    upload: vi.fn(async () => ({})) as never,
  };
}
