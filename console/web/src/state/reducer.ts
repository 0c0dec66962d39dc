/** Every change of the desk's state, as pure functions of what happened. */
import type { Connection } from "../api/socket";
import type { Detail, Escalation, History, Message, Scope, Summary } from "../api/types";
import { lastSeq, mergeMessages } from "./messages";
import { findSummary, type DeskState, type Thread } from "./model";
import { pastWith } from "./past";
import { orderConversations, orderQueue } from "./queue";
import { waitsAfter, waitsRead } from "./waits";

export type Happening =
  | { type: "connection.changed"; connection: Connection }
  | { type: "queue.read"; escalations: readonly Escalation[]; readAt: number }
  | { type: "list.read"; scope: Scope; conversations: readonly Summary[]; readAt?: number }
  | { type: "conversation.opened"; id: string }
  | { type: "conversation.closed" }
  | { type: "conversation.unreadable"; id: string; errorKey: string }
  | { type: "detail.read"; detail: Detail; readAt?: number }
  | { type: "summary.changed"; summary: Summary }
  | { type: "history.read"; id: string; history: History }
  | { type: "messages.arrived"; id: string; messages: readonly Message[]; live: boolean; at?: number }
  | { type: "conversation.seen"; id: string }
  | { type: "customer.read"; id: string; seq: number }
  | { type: "typing.changed"; id: string; on: boolean };

export function reduce(state: DeskState, happening: Happening): DeskState {
  switch (happening.type) {
    case "connection.changed":
      return { ...state, connection: happening.connection };
    case "queue.read":
      return { ...state, queue: { escalations: orderQueue(happening.escalations), readAt: happening.readAt } };
    case "list.read":
      return withList(withWaits(state, happening.conversations, happening.readAt), happening.scope, happening.conversations);
    case "history.read":
      return { ...state, pasts: { ...state.pasts, [happening.id]: pastWith(state.pasts[happening.id], happening.history) } };
    case "conversation.opened":
      return withOpened(state, happening.id);
    case "conversation.closed":
      return { ...state, openId: null, openError: null };
    case "conversation.unreadable":
      return state.openId === happening.id ? { ...state, openError: happening.errorKey } : state;
    case "detail.read":
      return withDetail(withWaits(state, [happening.detail.conversation], happening.readAt), happening.detail);
    case "summary.changed":
      return withSummary(state, happening.summary);
    case "messages.arrived":
      return withMessages(withTalk(state, happening.id, happening.messages, happening.at), happening.id, happening.messages, happening.live);
    case "conversation.seen":
      return withSeen(state, happening.id);
    case "customer.read":
      return withRead(state, happening.id, happening.seq);
    case "typing.changed":
      return { ...state, typing: { ...state.typing, [happening.id]: happening.on } };
  }
}

/** What stood there unseen is new: the line above it is told where it begins. */
function withOpened(state: DeskState, id: string): DeskState {
  const knownTo = { ...state.knownTo, [id]: Math.max(state.seen[id] ?? 0, findSummary(state, id)?.agent_read ?? 0) };
  return { ...state, openId: id, openError: null, knownTo };
}

function withWaits(state: DeskState, summaries: readonly Summary[], readAt?: number): DeskState {
  if (readAt === undefined) return state;
  const current = summaries.filter((one) => one.last_seq >= (findSummary(state, one.id)?.last_seq ?? 0));
  return { ...state, waits: waitsRead(state.waits, current, readAt) };
}

/** Only what is new begins or ends a wait; an older page of the transcript says nothing of now. */
function withTalk(state: DeskState, id: string, messages: readonly Message[], at?: number): DeskState {
  if (at === undefined) return state;
  const known = findSummary(state, id)?.last_seq ?? 0;
  return { ...state, waits: waitsAfter(state.waits, id, messages.filter((message) => message.seq > known), at) };
}

function withList(state: DeskState, scope: Scope, incoming: readonly Summary[]): DeskState {
  const held = new Map((state[scope] ?? []).map((summary) => [summary.id, summary]));
  const merged = incoming.map((summary) => newerSummary(held.get(summary.id), summary));
  return { ...state, [scope]: orderConversations(merged) };
}

/** A list read before a live message came in must not take that message back. */
function newerSummary(held: Summary | undefined, incoming: Summary): Summary {
  if (!held || held.last_seq <= incoming.last_seq) return incoming;
  return {
    ...incoming,
    last_text: held.last_text,
    last_at: held.last_at,
    last_seq: held.last_seq,
    unread: held.unread,
  };
}

function withDetail(state: DeskState, detail: Detail): DeskState {
  const { id } = detail.conversation;
  const messages = mergeMessages(state.threads[id]?.messages ?? [], detail.messages);
  const threads = { ...state.threads, [id]: { ...detail, messages } };
  return withSummary({ ...state, threads, openError: state.openId === id ? null : state.openError }, detail.conversation);
}

function withSummary(state: DeskState, summary: Summary): DeskState {
  return {
    ...state,
    threads: mapThread(state, summary.id, (thread) => ({
      ...thread,
      conversation: newestEpoch(thread.conversation, summary),
    })),
    mine: mapList(state.mine, summary.id, (held) => newestEpoch(held, summary)),
    all: mapList(state.all, summary.id, (held) => newestEpoch(held, summary)),
  };
}

/** The owner with the higher epoch is the newer truth, whatever order the answers came in. */
function newestEpoch(held: Summary, incoming: Summary): Summary {
  return incoming.epoch >= held.epoch ? newerSummary(held, incoming) : held;
}

function withMessages(state: DeskState, id: string, messages: readonly Message[], live: boolean): DeskState {
  const touched = (held: Summary) => withLast(held, messages, live);
  return {
    ...state,
    threads: mapThread(state, id, (thread) => ({
      ...thread,
      conversation: touched(thread.conversation),
      messages: mergeMessages(thread.messages, messages),
    })),
    mine: reorder(mapList(state.mine, id, touched)),
    all: reorder(mapList(state.all, id, touched)),
  };
}

function withLast(held: Summary, messages: readonly Message[], live: boolean): Summary {
  const fresh = messages.filter((message) => message.seq > held.last_seq);
  const last = fresh[fresh.length - 1];
  if (!last) return held;
  const unread = live ? held.unread + fresh.filter((message) => message.role === "customer").length : held.unread;
  const shown = [...fresh].reverse().find((message) => message.role !== "note" && message.delivery !== "suppressed");
  return {
    ...held,
    last_seq: last.seq,
    last_at: shown?.at ?? held.last_at,
    last_text: shown?.text ?? held.last_text,
    unread,
  };
}

function withSeen(state: DeskState, id: string): DeskState {
  const thread = state.threads[id];
  const listed = [...(state.mine ?? []), ...(state.all ?? [])].find((one) => one.id === id);
  const seq = Math.max(lastSeq(thread?.messages ?? []), thread?.conversation.last_seq ?? 0, listed?.last_seq ?? 0);
  if ((state.seen[id] ?? 0) >= seq) return state;
  const read = (held: Summary): Summary => ({ ...held, unread: 0 });
  return {
    ...state,
    seen: { ...state.seen, [id]: seq },
    mine: mapList(state.mine, id, read),
    all: mapList(state.all, id, read),
  };
}

function withRead(state: DeskState, id: string, seq: number): DeskState {
  const read = (held: Summary): Summary => ({ ...held, customer_read: Math.max(held.customer_read, seq) });
  const threads = mapThread(state, id, (thread) => ({ ...thread, conversation: read(thread.conversation) }));
  return { ...state, threads, mine: mapList(state.mine, id, read), all: mapList(state.all, id, read) };
}

function mapThread(state: DeskState, id: string, change: (thread: Thread) => Thread): DeskState["threads"] {
  const thread = state.threads[id];
  return thread ? { ...state.threads, [id]: change(thread) } : state.threads;
}

function mapList(
  list: readonly Summary[] | null,
  id: string,
  change: (held: Summary) => Summary,
): readonly Summary[] | null {
  return list && list.map((summary) => (summary.id === id ? change(summary) : summary));
}

function reorder(list: readonly Summary[] | null): readonly Summary[] | null {
  return list && orderConversations(list);
}
