/** What an agent typed and did not send yet, kept per agent and conversation; it survives a reload, a log out and a cut. */

export type Mode = "reply" | "note";

/** The two texts are apart on purpose: a note must never slide into the customer's line. */
export interface Draft {
  readonly mode: Mode;
  readonly reply: string;
  readonly note: string;
  /** The `client_id` of the failed attempt to send exactly this text; a resend under it cannot double. */
  readonly attempt: { readonly mode: Mode; readonly text: string; readonly clientId: string } | null;
}

export const EMPTY_DRAFT: Draft = { mode: "reply", reply: "", note: "", attempt: null };

export type DraftStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The drafts of one agent in one browser. */
export class Drafts {
  constructor(
    private readonly storage: DraftStorage,
    private readonly agentId: string,
  ) {}

  read(conversationId: string): Draft {
    const stored = this.storage.getItem(this.key(conversationId));
    if (!stored) return EMPTY_DRAFT;
    try {
      return { ...EMPTY_DRAFT, ...(JSON.parse(stored) as Partial<Draft>) };
    } catch {
      // Written by an older page or by hand: an unreadable draft is an empty one.
      return EMPTY_DRAFT;
    }
  }

  write(conversationId: string, draft: Draft): void {
    if (!draft.reply && !draft.note && draft.mode === "reply") this.storage.removeItem(this.key(conversationId));
    else this.storage.setItem(this.key(conversationId), JSON.stringify(draft));
  }

  private key(conversationId: string): string {
    return draftPrefix(this.agentId) + conversationId;
  }
}

/** What the keys of an agent's drafts begin with. */
export function draftPrefix(agentId: string): string {
  return `gridtalk.desk.draft.${agentId}.`;
}

/** The id under which this text is sent: the one of the failed attempt while the text is still the same. */
export function attemptFor(draft: Draft, newId: () => string): Draft {
  const text = draft[draft.mode];
  const { attempt } = draft;
  if (attempt && attempt.mode === draft.mode && attempt.text === text) return draft;
  return { ...draft, attempt: { mode: draft.mode, text, clientId: newId() } };
}

/** The draft after `sent` went out: emptied, unless the agent has typed on meanwhile. */
export function withoutSent(draft: Draft, mode: Mode, sent: string): Draft {
  if (draft[mode] !== sent) return draft;
  return { ...draft, [mode]: "", attempt: null };
}
