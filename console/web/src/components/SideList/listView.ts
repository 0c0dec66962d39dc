/** What the left column lists for a tab, a search and filters, in the order the agent walks through it. */
import type { Escalation, Summary } from "../../api/types";
import type { Locale } from "../../locale/locale";
import { dayOf } from "../../locale/when";
import { unreadOf, type DeskState } from "../../state/model";
import { waitedSeconds } from "../../state/queue";
import { toneOf, waitedIn } from "../../state/waits";
import { NO_FILTERS, type Filters } from "./filters";

export type Tab = "queue" | "mine" | "all";

export interface ListView {
  readonly tab: Tab;
  readonly loaded: boolean;
  readonly escalations: readonly Escalation[];
  readonly conversations: readonly Summary[];
  /** Conversation ids from top to bottom. */
  readonly ids: readonly string[];
  readonly newestDay: string;
  /** What the tab holds before search and filters. */
  readonly total: number;
  /** The skills and channels there are to filter by. */
  readonly skills: readonly string[];
  readonly channels: readonly string[];
}

export interface Wish {
  readonly tab: Tab;
  readonly search: string;
  readonly filters?: Filters;
  /** The page's clock. */
  readonly now?: number;
}

export function listView(state: DeskState, wish: Wish, word: Locale["word"]): ListView {
  const { tab } = wish;
  const escalations = tab === "queue" ? (state.queue?.escalations ?? []) : [];
  const listed = tab === "queue" ? [] : (state[tab] ?? []);
  const shownQueue = queueOf(state, escalations, wish, word);
  const shown = conversationsOf(state, listed, wish);
  return {
    tab,
    loaded: state[tab] !== null,
    escalations: shownQueue,
    conversations: shown,
    ids: tab === "queue" ? shownQueue.map((one) => one.conversation_id) : shown.map((one) => one.id),
    newestDay: listed[0] ? dayOf(listed[0].last_at) : "",
    total: tab === "queue" ? escalations.length : listed.length,
    skills: distinct([...escalations.map((one) => one.skill), ...listed.flatMap((one) => one.escalation?.skill ?? [])]),
    channels: distinct([...escalations, ...listed].map((one) => one.channel)),
  };
}

function queueOf(
  state: DeskState,
  all: readonly Escalation[],
  { search, filters = NO_FILTERS, now = 0 }: Wish,
  word: Locale["word"],
): readonly Escalation[] {
  const matches = matcher(search);
  const waited = (one: Escalation) => waitedSeconds(one, state.queue?.readAt ?? 0, now);
  const shown = all.filter(
    (one) =>
      matches(one.display_name, one.last_text, word("skill", one.skill), word("reason", one.reason)) &&
      (filters.skill === null || one.skill === filters.skill) &&
      (filters.channel === null || one.channel === filters.channel) &&
      (!filters.late || toneOf(waited(one), one) !== "green"),
  );
  // The queue stands by urgency and age; who asks for the longest wait gets it.
  return filters.sort === "waiting" ? [...shown].sort((a, b) => waited(b) - waited(a)) : shown;
}

function conversationsOf(
  state: DeskState,
  all: readonly Summary[],
  { search, filters = NO_FILTERS, now = 0 }: Wish,
): readonly Summary[] {
  const matches = matcher(search);
  const waited = (one: Summary) => waitedIn(state.waits, one.id, now) ?? -1;
  const shown = all.filter(
    (one) =>
      matches(one.display_name, one.last_text, one.agent?.name ?? "") &&
      (filters.skill === null || one.escalation?.skill === filters.skill) &&
      (filters.channel === null || one.channel === filters.channel) &&
      (!filters.unread || unreadOf(state, one) > 0 || one.id === state.openId) &&
      (!filters.late || toneOf(waited(one), one) !== "green"),
  );
  if (filters.sort === "waiting") return [...shown].sort((a, b) => waited(b) - waited(a));
  if (filters.sort === "urgent") return [...shown].sort((a, b) => urgency(a) - urgency(b) || waited(b) - waited(a));
  return shown;
}

function matcher(search: string): (...texts: string[]) => boolean {
  const wanted = search.trim().toLowerCase();
  return (...texts) => texts.some((text) => text.toLowerCase().includes(wanted));
}

function urgency({ escalation }: Summary): number {
  return escalation?.priority ?? 9;
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

/** The neighbour of the open conversation, the first of the list when none is open; it does not wrap around. */
export function neighbour(ids: readonly string[], openId: string | null, step: -1 | 1): string | null {
  const at = openId === null ? -1 : ids.indexOf(openId);
  if (at === -1) return ids[0] ?? null;
  return ids[at + step] ?? null;
}

/** The conversation of mine whose customer has waited longest; null: nobody waits. */
export function longestWaiting(state: DeskState, now: number): string | null {
  const waiting = (state.mine ?? [])
    .map((one) => ({ id: one.id, waited: waitedIn(state.waits, one.id, now) }))
    .filter((one) => one.waited !== null && one.id !== state.openId)
    .sort((a, b) => (b.waited ?? 0) - (a.waited ?? 0));
  return waiting[0]?.id ?? null;
}
