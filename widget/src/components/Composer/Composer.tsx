/** Where the customer writes: text and its limit, what else can be sent, shortcuts above; it never sends while an input method is composing. */

import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { fill, useLocale } from "../../locales/locale";
import { Attach, type AttachProps } from "../Attach/Attach";
import { Icon } from "../Icons/Icons";
import { useTypingSignal } from "./use_typing_signal";
import "./composer.css";

export const TEXT_LIMIT = 2000;
const COUNTER_FROM = 1800;
/** Safari reports the Enter that ends a composition only by this key code. */
const COMPOSING_KEY_CODE = 229;

export interface ComposerProps {
  /** What stands above the field: the shortcuts. */
  children?: ReactNode;
  onSend(text: string): void;
  onTyping(on: boolean): void;
  /** Pictures and places; absent where they cannot be sent. */
  attach?: AttachProps;
}

/** Draws the writing place. */
export function Composer({ children, onSend, onTyping, attach }: ComposerProps): JSX.Element {
  const [draft, setDraft] = useState("");
  const signal = useTypingSignal(onTyping);
  // The server counts characters, not UTF-16 units: an emoji is one.
  const length = Array.from(draft.trim()).length;
  const canSend = length > 0 && length <= TEXT_LIMIT;

  const change = (text: string): void => {
    setDraft(text);
    if (text) signal.touch();
    else signal.end();
  };
  const send = (): void => {
    if (!canSend) return;
    onSend(draft.trim());
    setDraft("");
    signal.end();
  };

  return (
    <footer className="composer">
      {children}
      <form
        className={attach ? "composer-form composer-attaches" : "composer-form"}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {attach && <Attach {...attach} />}
        <DraftField draft={draft} isTooLong={length > TEXT_LIMIT} onChange={change} onEnter={send} />
        <SendButton isDisabled={!canSend} />
      </form>
      <Counter length={length} />
    </footer>
  );
}

interface DraftFieldProps {
  draft: string;
  isTooLong: boolean;
  onChange(text: string): void;
  onEnter(): void;
}

function DraftField({ draft, isTooLong, onChange, onEnter }: DraftFieldProps): JSX.Element {
  const { composer } = useLocale();
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => fitHeight(field.current), [draft]);

  const handleKey = (event: KeyboardEvent): void => {
    const isComposing = event.nativeEvent.isComposing || event.nativeEvent.keyCode === COMPOSING_KEY_CODE;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    onEnter();
  };

  return (
    <textarea
      ref={field}
      rows={1}
      value={draft}
      aria-label={composer.label}
      aria-describedby="composer-hint composer-counter"
      aria-invalid={isTooLong}
      placeholder={composer.placeholder}
      enterKeyHint="send"
      data-testid="chat-input"
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={handleKey}
    />
  );
}

function SendButton({ isDisabled }: { isDisabled: boolean }): JSX.Element {
  const { composer } = useLocale();
  return (
    <button type="submit" className="composer-send" aria-label={composer.send} disabled={isDisabled} data-testid="chat-send">
      <Icon name="send" />
    </button>
  );
}

function Counter({ length }: { length: number }): JSX.Element {
  const { composer } = useLocale();
  const over = length - TEXT_LIMIT;
  return (
    <>
      <p id="composer-hint" className="unseen">
        {composer.hint}
      </p>
      <p id="composer-counter" className="composer-counter" data-over={over > 0} role={over > 0 ? "alert" : undefined}>
        {over > 0 && <span>{fill(composer.tooLong, { limit: TEXT_LIMIT, over })}</span>}
        {length >= COUNTER_FROM && <span>{fill(composer.counter, { count: length, limit: TEXT_LIMIT })}</span>}
      </p>
    </>
  );
}

/** The field grows with its text; the style sheet sets where it begins to scroll. */
function fitHeight(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
