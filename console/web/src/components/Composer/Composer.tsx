/** Where the agent writes: to the customer or, in another colour, to colleagues; a text leaves only when it was taken. */
import { LockFilled, MessageOutlined, SendOutlined, ThunderboltOutlined } from "@ant-design/icons";
import { Alert, Button, Input } from "antd";
import { useRef, type ClipboardEvent, type DragEvent, type KeyboardEvent } from "react";

import type { Agent, Summary } from "../../api/types";
import { useCommand } from "../../commands/commands";
import { useCompose } from "../../hooks/useCompose";
import { useLocale } from "../../locale/locale";
import { useDraft } from "../../hooks/useDraft";
import type { Mode } from "../../state/drafts";
import { standing } from "../../state/model";
import { CannedPalette, PALETTE_ID } from "./CannedPalette";
import styles from "./Composer.module.css";
import { AttachButton, FileTray, useTray, type Tray } from "./FileTray";
import { filesOf } from "./files";
import { NamePalette } from "./NamePalette";
import { PromiseBar } from "./PromiseBar";
import { QuotaBlock, QuotaMark } from "./QuotaNote";
import { Suggestions } from "./Suggestions";
import { useHelpers, type Helpers } from "./useHelpers";
import { TEXT_LIMIT, useWriting, type Writing } from "./useWriting";

export { TEXT_LIMIT } from "./useWriting";

interface Props {
  me: Agent;
  conversation: Summary;
  online: boolean;
  onSend: (mode: Mode, clientId: string, text: string) => Promise<unknown>;
  onTyping: (on: boolean) => void;
}

/** Use it keyed by the conversation. */
export function Composer({ me, conversation, online, onSend, onTyping }: Props) {
  const { t } = useLocale();
  const control = useDraft(me.id, conversation.id);
  const { mode } = control.draft;
  const owned = standing(me, conversation) === "mine";
  // What a helper puts in is typed as by hand, which is known below only.
  const typeNow = useRef(control.setText);
  const helpers = useHelpers(conversation, owned, mode, control.text, (next) => typeNow.current(next));
  const held = mode === "reply" ? heldBack(helpers) : null;
  const writing = useWriting({ control, onSend, onTyping, held, onListKey: helpers.onKey, onSent: helpers.sent });
  typeNow.current = writing.type;
  const { failureKey } = writing;
  useCompose(conversation.id, (words) => {
    writing.put(words);
    enterField();
  });
  useModeCommands(writing.setMode);
  const tray = useTray(conversation.id);
  const writes = mode === "reply" && owned;
  return (
    <section className={styles.composer} data-mode={mode} {...(writes ? dropHands(tray) : {})}>
      {writes && <PromiseBar conversationId={conversation.id} />}
      {writes && <Suggestions suggestions={helpers.suggestions} onTake={helpers.take} onReject={helpers.reject} />}
      <div className={styles.modes}>
        <ModeSwitch mode={mode} onMode={writing.setMode} />
        {mode === "note" && <span className={styles.mark}>{t("composer.note_mark")}</span>}
        {writes && helpers.quota && <QuotaMark quota={helpers.quota} />}
        {writes && <Tools writing={writing} tray={tray} />}
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
      {writes && helpers.spent && helpers.quota && (
        <QuotaBlock quota={helpers.quota} onQueue={helpers.queue} onNote={() => writing.setMode("note")} />
      )}
      <FileTray tray={tray} />
      {mode === "reply" && !owned ? (
        <NotOwner me={me} conversation={conversation} />
      ) : (
        <Editor writing={writing} helpers={helpers} online={online} tray={writes ? tray : null} />
      )}
    </section>
  );
}

/** Leads the keys into the field, which is there after the next drawing. */
function enterField(): void {
  requestAnimationFrame(() => document.querySelector<HTMLTextAreaElement>('[data-testid="reply-input"]')?.focus());
}

/** Alt+R and Alt+N lead into the field, wherever the agent is. */
function useModeCommands(setMode: (mode: Mode) => void): void {
  const enter = (mode: Mode) => () => {
    setMode(mode);
    enterField();
  };
  useCommand({ id: "chat.reply", titleKey: "composer.reply", group: "chat", keys: "Alt+KeyR", run: enter("reply") });
  useCommand({ id: "chat.note", titleKey: "composer.note", group: "chat", keys: "Alt+KeyN", run: enter("note") });
}

function heldBack(helpers: Helpers): string | null {
  if (helpers.blanks.length > 0) return "composer.unfilled";
  return helpers.spent ? "composer.spent" : null;
}

function dropHands(tray: Tray) {
  return {
    onDragOver: (event: DragEvent) => event.preventDefault(),
    onDrop: (event: DragEvent) => {
      const files = filesOf(event.dataTransfer);
      if (files.length === 0) return;
      event.preventDefault();
      tray.add(files);
    },
  };
}

/** What opens the list of canned replies, and what takes a file. */
function Tools({ writing, tray }: { writing: Writing; tray: Tray }) {
  const { t } = useLocale();
  const openList = () => {
    const { text } = writing;
    writing.type(!text || /\s$/.test(text) ? `${text}/` : `${text} /`);
    document.querySelector<HTMLElement>("[data-testid='reply-input']")?.focus();
  };
  return (
    <div className={styles.tools}>
      <Button type="text" size="small" icon={<ThunderboltOutlined />} onClick={openList} data-testid="canned">
        {t("composer.canned")} <kbd>/</kbd>
      </Button>
      <AttachButton onFiles={tray.add} />
    </div>
  );
}

interface EditorProps {
  writing: Writing;
  helpers: Helpers;
  online: boolean;
  tray: Tray | null;
}

/** The field, how much is in it, and the button that sends it. */
function Editor({ writing, helpers, online, tray }: EditorProps) {
  const { t } = useLocale();
  const { mode, text, over, held } = writing;
  const { canned, names, blanks } = helpers;
  const paste = (event: ClipboardEvent) => {
    const files = tray ? filesOf(event.clipboardData) : [];
    if (files.length === 0) return;
    event.preventDefault();
    tray?.add(files);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = event.altKey && !event.ctrlKey ? "123".indexOf(event.key) : -1;
    const suggestion = at >= 0 ? helpers.suggestions[at] : undefined;
    if (!suggestion) return writing.onKeyDown(event);
    event.preventDefault();
    return helpers.take(suggestion);
  };
  return (
    <div className={styles.field}>
      {canned.isOpen && <CannedPalette hits={canned.hits} active={canned.active} onPick={canned.pick} />}
      {names.isOpen && names.hits.length > 0 && (
        <NamePalette hits={names.hits} active={names.active} onPick={names.pick} />
      )}
      <Input.TextArea
        className={styles.input}
        variant="borderless"
        autoFocus
        autoSize={{ minRows: 2, maxRows: 7 }}
        value={text}
        readOnly={writing.busy}
        placeholder={t(`composer.${mode}_placeholder`)}
        aria-controls={canned.isOpen ? PALETTE_ID : undefined}
        aria-activedescendant={canned.isOpen ? `${PALETTE_ID}-${canned.active}` : undefined}
        onChange={(event) => writing.type(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={paste}
        data-testid="reply-input"
      />
      {blanks.length > 0 && (
        <p className={styles.blanks} role="alert" data-testid="blanks">
          {t("composer.missing")}
          {blanks.map((name) => (
            <mark key={name}>{name}</mark>
          ))}
        </p>
      )}
      <div className={styles.foot}>
        <span className={styles.hint}>{online ? (held ? t(held) : "") : t("composer.offline")}</span>
        <span className={styles.count} data-over={over > 0} data-testid="count">
          {over > 0 ? t("composer.too_long", { count: over }) : `${[...text].length}/${TEXT_LIMIT}`}
        </span>
        <Button
          type="primary"
          className={mode === "note" ? styles.noteSend : undefined}
          icon={mode === "note" ? <LockFilled /> : <SendOutlined />}
          loading={writing.busy}
          disabled={!writing.sendable}
          onClick={() => void writing.submit()}
          data-testid="reply-send"
        >
          {t(mode === "note" ? "composer.save_note" : "composer.send")}
        </Button>
      </div>
    </div>
  );
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
  const hint = t(`composer.hint_${standing(me, conversation)}`, { name: conversation.agent?.name ?? t("owner.colleague") });
  return <p className={styles.blocked}>{t("composer.not_owner", { hint })}</p>;
}
