/** What the desk knows at one moment, as plain values. */
import type { Connection } from "../api/socket";
import type { Agent, AgentRef, Message, Summary, TakeoverCard, TimelineEntry } from "../api/types";
import { maskText } from "./mask";
import type { Past } from "./past";
import type { Queue } from "./queue";
import type { Waits } from "./waits";

/** One conversation as far as this page has read it. */
export interface Thread {
  readonly conversation: Summary;
  readonly card: TakeoverCard;
  readonly messages: readonly Message[];
  readonly timeline: readonly TimelineEntry[];
}

export interface DeskState {
  readonly me: Agent;
  readonly connection: Connection;
  readonly queue: Queue | null;
  readonly mine: readonly Summary[] | null;
  readonly all: readonly Summary[] | null;
  readonly openId: string | null;
  readonly openError: string | null;
  readonly threads: Readonly<Record<string, Thread>>;
  readonly typing: Readonly<Record<string, boolean>>;
  /** The highest `seq` this agent has looked at, by conversation. */
  readonly seen: Readonly<Record<string, number>>;
  /** The last line that was not new when a conversation was opened. */
  readonly knownTo: Readonly<Record<string, number>>;
  readonly waits: Waits;
  /** What the person said at other doors, as far as it was scrolled to. */
  readonly pasts: Readonly<Record<string, Past>>;
  /** How often each area of the desk (`canned`, `promises`, ...) had news; who shows one reads it again when it grows. */
  readonly areas: Readonly<Record<string, number>>;
}

export function initialState(me: Agent): DeskState {
  return {
    me,
    connection: "connecting",
    queue: null,
    mine: null,
    all: null,
    openId: null,
    openError: null,
    threads: {},
    typing: {},
    seen: {},
    knownTo: {},
    waits: {},
    pasts: {},
    areas: {},
  };
}

/** The open conversation, when it has been read. */
export function openThread(state: DeskState): Thread | null {
  return state.openId === null ? null : (state.threads[state.openId] ?? null);
}

/** A conversation by id from whatever list holds it. */
export function findSummary(state: DeskState, id: string): Summary | null {
  const listed = [...(state.mine ?? []), ...(state.all ?? [])].find((one) => one.id === id);
  return listed ?? state.threads[id]?.conversation ?? null;
}

/** Messages of a conversation the agent has not looked at. */
export function unreadOf(state: DeskState, summary: Summary): number {
  return (state.seen[summary.id] ?? 0) >= summary.last_seq ? 0 : summary.unread;
}

export type Standing = "mine" | "waiting" | "free" | "other";

/** How this agent stands to a conversation, which decides what the desk offers. */
export function standing(me: Agent, conversation: Summary): Standing {
  if (conversation.owner === "agent") return conversation.agent?.id === me.id ? "mine" : "other";
  return conversation.owner === "queue" && conversation.escalation ? "waiting" : "free";
}

/** The takeover card with what the customer asked since it was read. */
export function currentCard(thread: Thread): TakeoverCard {
  const asked = [...thread.messages].reverse().find((message) => message.role === "customer");
  return asked ? { ...thread.card, asked: maskText(asked.text) } : thread.card;
}

/** The names of all agents this conversation has met, by staff number. */
export function agentNames(me: Agent, thread: Thread): Readonly<Record<string, string>> {
  const met = thread.messages.map((message) => message.agent);
  const known = [me, thread.conversation.agent, ...met].filter((agent): agent is AgentRef => Boolean(agent));
  return Object.fromEntries(known.map((agent) => [agent.id, agent.name]));
}
