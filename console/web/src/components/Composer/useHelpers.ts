/** What helps an agent write in one chat: canned replies, suggestions, colleagues' names, and what is left of a quota. */
import { useRef, useState } from "react";

import { ApiError } from "../../api/errors";
import { replies, type Canned, type Colleague, type Suggestion } from "../../api/replies";
import type { Message, Summary } from "../../api/types";
import { useArea, useDeskTools } from "../../hooks/useDeskTools";
import { askedFor, blanksIn, matching, namedAt, withName, withReply } from "../../state/canned";
import type { Mode } from "../../state/drafts";
import { usePalette } from "./usePalette";
import { isSpent } from "./QuotaNote";

const MOST_NAMES = 6;

/** `mine`: this agent serves the chat; only then is anything suggested. */
export function useHelpers(conversation: Summary, mine: boolean, mode: Mode, text: string, type: (next: string) => void) {
  const { id } = conversation;
  const tools = useDeskTools();
  const [book] = useArea("canned", "all", replies.usable);
  const [found, again] = useArea("suggestions", mine ? id : null, (api) => replies.suggestions(api, id), conversation.last_seq);
  const [colleagues] = useArea("colleagues", "all", replies.colleagues);
  const isWeChat = mine && conversation.channel === "wechat";
  const [quota] = useArea("quota", isWeChat ? id : null, (api) => replies.quota(api, id), conversation.last_seq);
  const [queued, setQueued] = useState(false);
  const used = useRef<{ canned: number | null; suggestion: Suggestion | null }>({ canned: null, suggestion: null });
  const quietly = (act: Promise<unknown>) =>
    act.catch((error: unknown) => {
      // Counting is not worth a word to the agent; a fault of this page is.
      if (!(error instanceof ApiError)) throw error;
    });

  const pickCanned = async (one: Canned) => {
    if (!tools) return;
    used.current.canned = one.id;
    const filled = await replies.fillCanned(tools.api, id, one.id).catch(() => ({ text: one.text }));
    type(withReply(text, filled.text));
  };
  const asked = mode === "reply" ? askedFor(text) : null;
  const canned = usePalette(asked, (said) => matching(book?.canned ?? [], said), (one) => void pickCanned(one));
  const named = mode === "note" ? namedAt(text) : null;
  const search = (said: string) => (colleagues ?? []).filter((one) => isNamed(one, said)).slice(0, MOST_NAMES);
  const names = usePalette(named, search, (one) => type(withName(text, one.name)));
  const blanks = mode === "reply" ? blanksIn(text, book?.variables ?? []) : [];
  const spent = mode === "reply" && isSpent(quota) && !queued;

  return {
    canned,
    names,
    blanks,
    quota,
    spent,
    queue: () => setQueued(true),
    suggestions: mode === "reply" ? (found ?? []).filter((one) => one.state === "shown") : [],
    take: (one: Suggestion) => {
      used.current.suggestion = one;
      type(text.trim() ? `${text}\n${one.text}` : one.text);
      if (tools) void quietly(replies.decideSuggestion(tools.api, one.id, "accepted").then(again));
    },
    reject: (one: Suggestion) => {
      if (tools) void quietly(replies.decideSuggestion(tools.api, one.id, "rejected").then(again));
    },
    onKey: (event: React.KeyboardEvent) => canned.onKey(event) || names.onKey(event),
    sent: (_text: string, made: unknown) => {
      if (!tools || mode !== "reply") return;
      const { canned: cannedId, suggestion } = used.current;
      const seq = (made as Message | undefined)?.seq;
      used.current = { canned: null, suggestion: null };
      if (cannedId !== null) void quietly(replies.countCanned(tools.api, cannedId));
      if (suggestion && seq) void quietly(replies.sentSuggestion(tools.api, suggestion.id, seq));
    },
  };
}

export type Helpers = ReturnType<typeof useHelpers>;

function isNamed(one: Colleague, said: string): boolean {
  return one.name.toLowerCase().includes(said) || one.id.toLowerCase().startsWith(said);
}
