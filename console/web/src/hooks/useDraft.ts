/** The draft of the open conversation: typed here, kept in the browser, sent under one id however often it fails. */
import { useMemo, useState } from "react";

import { attemptFor, Drafts, withoutSent, type Draft, type Mode } from "../state/drafts";
import { DRAFT_CHANGED } from "./useDraftMarks";

export interface DraftControl {
  draft: Draft;
  text: string;
  setText(text: string): void;
  setMode(mode: Mode): void;
  /** Sends the text of the current mode; the text leaves the draft only when `send` has succeeded. */
  submit(send: (mode: Mode, clientId: string, text: string) => Promise<void>): Promise<void>;
}

/** Use it in a component keyed by the conversation: a draft never changes its conversation. */
export function useDraft(agentId: string, conversationId: string): DraftControl {
  const drafts = useMemo(() => new Drafts(localStorage, agentId), [agentId]);
  const [draft, setDraft] = useState(() => drafts.read(conversationId));

  const change = (next: Draft) => {
    drafts.write(conversationId, next);
    window.dispatchEvent(new Event(DRAFT_CHANGED));
    setDraft(next);
  };
  return {
    draft,
    text: draft[draft.mode],
    setText: (text) => change({ ...draft, [draft.mode]: text }),
    setMode: (mode) => change({ ...draft, mode }),
    submit: async (send) => {
      const attempted = attemptFor(draft, newClientId);
      change(attempted);
      const { mode } = attempted;
      const text = attempted[mode];
      await send(mode, attempted.attempt?.clientId ?? newClientId(), text.trim());
      // Read again: the agent may have changed the other mode's text meanwhile.
      change(withoutSent(drafts.read(conversationId), mode, text));
    },
  };
}

/** A random UUID (version 4); `crypto.randomUUID` exists on secure pages only, and a desk inside a utility may be HTTP. */
function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
