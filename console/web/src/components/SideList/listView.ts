/** What the left column lists for a tab and a search, in the order the agent walks through it. */
import type { Escalation, Summary } from "../../api/types";
import type { Locale } from "../../locale/locale";
import { dayOf } from "../../locale/when";
import type { DeskState } from "../../state/model";

export type Tab = "queue" | "mine" | "all";

export interface ListView {
  readonly tab: Tab;
  readonly loaded: boolean;
  readonly escalations: readonly Escalation[];
  readonly conversations: readonly Summary[];
  /** Conversation ids from top to bottom. */
  readonly ids: readonly string[];
  readonly newestDay: string;
}

export function listView(state: DeskState, tab: Tab, search: string, word: Locale["word"]): ListView {
  const wanted = search.trim().toLowerCase();
  const matches = (...texts: string[]) => texts.some((text) => text.toLowerCase().includes(wanted));
  const listed = tab === "queue" ? [] : (state[tab] ?? []);
  const escalations = (tab === "queue" ? (state.queue?.escalations ?? []) : []).filter((one) =>
    matches(one.display_name, one.last_text, word("skill", one.skill), word("reason", one.reason)),
  );
  const conversations = listed.filter((one) => matches(one.display_name, one.last_text, one.agent?.name ?? ""));
  return {
    tab,
    loaded: state[tab] !== null,
    escalations,
    conversations,
    ids: tab === "queue" ? escalations.map((one) => one.conversation_id) : conversations.map((one) => one.id),
    newestDay: listed[0] ? dayOf(listed[0].last_at) : "",
  };
}

/** The neighbour of the open conversation, the first of the list when none is open; it does not wrap around. */
export function neighbour(ids: readonly string[], openId: string | null, step: -1 | 1): string | null {
  const at = openId === null ? -1 : ids.indexOf(openId);
  if (at === -1) return ids[0] ?? null;
  return ids[at + step] ?? null;
}
