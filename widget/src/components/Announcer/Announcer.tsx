/**
 * Reads new lines of the others to a screen reader, each once.
 *
 * The drawn list is no live region: it redraws the customer's own lines as they are acknowledged, and holds the whole
 * history. Here only what came after the page was opened is said, in one sentence a line.
 */

import { useMemo, useRef } from "react";
import type { ChatSnapshot } from "../../connection/chat_connection";
import type { Message } from "../../connection/wire";
import { fill, useLocale, type Locale } from "../../locales/locale";
import { speakerName } from "../MessageRow/MessageRow";

/** Removing an older line is not announced, so the region may stay small. */
const KEPT = 6;

export interface AnnouncerProps {
  messages: ChatSnapshot["messages"];
  /** The newest line of the history the page was opened with; null before it is known. */
  historySeq: number | null;
}

/** Draws the region, for ears only. */
export function Announcer({ messages, historySeq }: AnnouncerProps): JSX.Element {
  const locale = useLocale();
  const spoken = useRef(new Map<number, string>());
  const lines = useMemo(() => {
    const fresh = historySeq === null ? [] : messages.filter((message) => message.seq > historySeq && message.role !== "customer");
    // A sentence once said keeps its words: another language would be read out as if it were new.
    return fresh.slice(-KEPT).map((message) => ({ seq: message.seq, text: remember(spoken.current, message, locale) }));
  }, [messages, historySeq, locale]);

  return (
    <div className="unseen" role="log" aria-live="polite" aria-relevant="additions" aria-label={locale.page.announcements} data-testid="announcer">
      {lines.map((line) => (
        <p key={line.seq}>{line.text}</p>
      ))}
    </div>
  );
}

/** Writes a line as it is read out: who, the words, the card, and how many answers are offered. */
export function spokenLine(message: Message, locale: Locale): string {
  const { text, card, buttons } = message;
  const rows = card ? [card.title, ...card.rows.map((row) => `${row.label} ${row.value}`), card.total && `${card.total.label} ${card.total.value}`] : [];
  const offered = buttons?.length ? fill(locale.message.choices, { list: buttons.map((button) => button.label).join(locale.message.listComma) }) : "";
  return [`${speakerName(locale, message)}${locale.message.colon}${text}`, ...rows, offered].filter(Boolean).join(locale.message.sentenceEnd);
}

function remember(spoken: Map<number, string>, message: Message, locale: Locale): string {
  const said = spoken.get(message.seq) ?? spokenLine(message, locale);
  spoken.set(message.seq, said);
  return said;
}
