/** Where the agent writes: to the customer or, in another colour, to colleagues; a text leaves only when it was taken. */
import { LockFilled, MessageOutlined, SendOutlined } from "@ant-design/icons";
import { Alert, Button, Input } from "antd";
import { useState, type KeyboardEvent } from "react";

import { errorKey } from "../../api/errors";
import type { Agent, Summary } from "../../api/types";
import { useCommand } from "../../commands/commands";
import { useDraft } from "../../hooks/useDraft";
import { useTypingSignal } from "../../hooks/useTypingSignal";
import { useLocale } from "../../locale/locale";
import type { Mode } from "../../state/drafts";
import { standing } from "../../state/model";
import { CannedReplies } from "./CannedReplies";
import styles from "./Composer.module.css";

export const TEXT_LIMIT = 2000;

interface Props {
  me: Agent;
  conversation: Summary;
  online: boolean;
  onSend: (mode: Mode, clientId: string, text: string) => Promise<void>;
  onTyping: (on: boolean) => void;
}

/** Use it keyed by the conversation. */
export function Composer(props: Props) {
  const { me, conversation, online } = props;
  const { t } = useLocale();
  const writing = useWriting(props);
  const { mode, failureKey } = writing;
  const owned = standing(me, conversation) === "mine";
  const blocked = mode === "reply" && !owned;
  useModeCommands(writing.setMode);
  return (
    <section className={styles.composer} data-mode={mode}>
      <div className={styles.modes}>
        <ModeSwitch mode={mode} onMode={writing.setMode} />
        {mode === "note" && <span className={styles.mark}>{t("composer.note_mark")}</span>}
        {mode === "reply" && owned && <CannedReplies agentName={me.name} onPick={writing.insert} />}
      </div>
      {failureKey && (
        <Alert
          className={styles.failure}
          type="error"
          showIcon
          message={t("composer.failed", { reason: t(failureKey) })}
          data-testid="send-error"
        />
      )}
      {blocked ? <NotOwner me={me} conversation={conversation} /> : <Editor writing={writing} online={online} />}
    </section>
  );
}

/** Alt+R and Alt+N lead into the field, wherever the agent is. */
function useModeCommands(setMode: (mode: Mode) => void): void {
  const enter = (mode: Mode) => () => {
    setMode(mode);
    // The field of the mode is there after the next drawing.
    requestAnimationFrame(() => document.querySelector<HTMLTextAreaElement>('[data-testid="reply-input"]')?.focus());
  };
  useCommand({ id: "chat.reply", titleKey: "composer.reply", group: "chat", keys: "Alt+KeyR", run: enter("reply") });
  useCommand({ id: "chat.note", titleKey: "composer.note", group: "chat", keys: "Alt+KeyN", run: enter("note") });
}

/** The field, how much is in it, and the button that sends it. */
function Editor({ writing, online }: { writing: Writing; online: boolean }) {
  const { t } = useLocale();
  const { mode, text, over } = writing;
  return (
    <>
      <Input.TextArea
        className={styles.input}
        variant="borderless"
        autoFocus
        autoSize={{ minRows: 2, maxRows: 7 }}
        value={text}
        readOnly={writing.busy}
        placeholder={t(`composer.${mode}_placeholder`)}
        onChange={(event) => writing.type(event.target.value)}
        onKeyDown={writing.onKeyDown}
        data-testid="reply-input"
      />
      <div className={styles.foot}>
        <span className={styles.hint}>{online ? "" : t("composer.offline")}</span>
        <span className={styles.count} data-over={over > 0}>
          {over > 0 ? t("composer.too_long", { count: over }) : `${[...text].length}/${TEXT_LIMIT}`}
        </span>
        <Button
          type="primary"
          className={mode === "note" ? styles.noteSend : undefined}
          icon={mode === "note" ? <LockFilled /> : <SendOutlined />}
          loading={writing.busy}
          disabled={!writing.sendable}
          onClick={writing.submit}
          data-testid="reply-send"
        >
          {t(mode === "note" ? "composer.save_note" : "composer.send")}
        </Button>
      </div>
    </>
  );
}

type Writing = ReturnType<typeof useWriting>;

/** The text being written, and what its keys do. */
function useWriting({ me, conversation, onSend, onTyping }: Props) {
  const { draft, text, setText, setMode, submit: send } = useDraft(me.id, conversation.id);
  const [busy, setBusy] = useState(false);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const signal = useTypingSignal(onTyping);
  const { mode } = draft;
  const over = [...text.trim()].length - TEXT_LIMIT;
  const sendable = text.trim() !== "" && over <= 0 && !busy;

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
    try {
      await send(onSend);
    } catch (error) {
      setFailureKey(errorKey(error));
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!sends(event)) return;
    event.preventDefault();
    void submit();
  };
  const changeMode = (next: Mode) => {
    signal.stopped();
    setFailureKey(null);
    setMode(next);
  };
  const insert = (phrase: string) => type(text ? `${text}${phrase}` : phrase);
  return { mode, text, over, sendable, busy, failureKey, type, submit, onKeyDown, setMode: changeMode, insert };
}

/** While an input method composes, Enter chooses a word; some report that only as key code 229. */
function sends(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing && event.keyCode !== 229;
}

function ModeSwitch({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) {
  const { t } = useLocale();
  const choices = [
    { value: "reply" as const, icon: <MessageOutlined /> },
    { value: "note" as const, icon: <LockFilled /> },
  ];
  return (
    <div className={styles.switch} role="group">
      {choices.map(({ value, icon }) => (
        <button
          key={value}
          type="button"
          aria-pressed={mode === value}
          data-mode={value}
          onClick={() => onMode(value)}
          data-testid={`mode-${value}`}
        >
          {icon} {t(`composer.${value}`)}
        </button>
      ))}
    </div>
  );
}

function NotOwner({ me, conversation }: { me: Agent; conversation: Summary }) {
  const { t } = useLocale();
  const hint = t(`composer.hint_${standing(me, conversation)}`, { name: conversation.agent?.name ?? "" });
  return <p className={styles.blocked}>{t("composer.not_owner", { hint })}</p>;
}
