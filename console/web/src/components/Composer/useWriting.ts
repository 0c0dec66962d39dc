/** The text being written, and what its keys do; a text leaves only when the server took it. */
import { useState, type KeyboardEvent } from "react";

import { errorKey } from "../../api/errors";
import type { DraftControl } from "../../hooks/useDraft";
import { useTypingSignal } from "../../hooks/useTypingSignal";
import type { Mode } from "../../state/drafts";

export const TEXT_LIMIT = 2000;

export interface WritingProps {
  control: DraftControl;
  onSend: (mode: Mode, clientId: string, text: string) => Promise<unknown>;
  onTyping: (on: boolean) => void;
  /** Why the text may not leave now; null: it may. */
  held: string | null;
  /** A key that belongs to a list over the field. */
  onListKey: (event: KeyboardEvent) => boolean;
  onSent: (text: string, made: unknown) => void;
}

export type Writing = ReturnType<typeof useWriting>;

export function useWriting({ control, onSend, onTyping, held, onListKey, onSent }: WritingProps) {
  const { draft, text, setText, setMode, putReply, submit: send } = control;
  const [busy, setBusy] = useState(false);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const signal = useTypingSignal(onTyping);
  const { mode } = draft;
  const over = [...text.trim()].length - TEXT_LIMIT;
  const sendable = text.trim() !== "" && over <= 0 && !busy && held === null;

  const type = (next: string) => {
    setText(next);
    if (mode === "reply" && next.trim()) signal.typed();
    else signal.stopped();
  };
  const submit = async () => {
    if (!sendable) return;
    setBusy(true);
    setFailureKey(null);
    signal.stopped();
    let made: unknown;
    try {
      await send(async (...sent) => {
        made = await onSend(...sent);
      });
      onSent(text.trim(), made);
    } catch (error) {
      setFailureKey(errorKey(error));
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (onListKey(event) || !sends(event)) return;
    event.preventDefault();
    void submit();
  };
  const changeMode = (next: Mode) => {
    signal.stopped();
    setFailureKey(null);
    setMode(next);
  };
  const put = (words: string) => {
    setFailureKey(null);
    putReply(words);
  };
  return { mode, text, over, held, sendable, busy, failureKey, type, submit, onKeyDown, setMode: changeMode, put };
}

/** While an input method composes, Enter chooses a word; some report that only as key code 229. */
function sends(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing && event.keyCode !== 229;
}
