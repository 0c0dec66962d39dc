/** Ctrl+K: a chat, an act or a page by a few letters, without leaving the keys. */
import { Input, Modal, type InputRef } from "antd";
import { useState, type KeyboardEvent } from "react";

import { useCommands } from "../../commands/commands";
import { keyLabel } from "../../commands/keys";
import { useFirstField } from "../../hooks/useFirstField";
import { useLocale, type Locale } from "../../locale/locale";
import { pagesOf } from "../../pages/pages";
import type { DeskState } from "../../state/model";
import styles from "./CommandPalette.module.css";
import { matchEntries, type Entry } from "./entries";

interface Props {
  state: DeskState;
  open: boolean;
  onClose: () => void;
  onOpenChat: (id: string) => void;
  onPage: (key: string | null) => void;
}

export function CommandPalette(props: Props) {
  const { t } = useLocale();
  return (
    <Modal
      open={props.open}
      onCancel={props.onClose}
      footer={null}
      closable={false}
      destroyOnHidden
      width={560}
      style={{ top: 90 }}
      title={<span className="visually-hidden">{t("palette.title")}</span>}
      styles={{ header: { height: 0, margin: 0 } }}
      data-testid="palette"
    >
      <Finder {...props} />
    </Modal>
  );
}

function Finder(props: Props) {
  const locale = useLocale();
  const { t } = locale;
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const field = useFirstField<InputRef>();
  const entries = matchEntries(useEntries(props, locale), words);
  const chosen = Math.min(at, entries.length - 1);
  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    props.onClose();
    entry.run();
  };
  const whenKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setAt((chosen + step + entries.length) % entries.length);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) take(entries[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Input
        ref={field}
        size="large"
        variant="borderless"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={entries[chosen] ? `palette-${chosen}` : undefined}
        aria-label={t("palette.hint")}
        placeholder={t("palette.hint")}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={whenKey}
        data-testid="palette-input"
      />
      <ul id="palette-list" role="listbox" aria-label={t("palette.title")} className={styles.list}>
        {entries.map((entry, index) => (
          <li
            key={entry.key}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={styles.entry}
            onClick={() => take(entry)}
            onMouseMove={() => setAt(index)}
            ref={index === chosen ? intoView : undefined}
          >
            <small>{entry.kind}</small>
            <span className={styles.title}>{entry.title}</span>
            <span className={styles.more}>{entry.more}</span>
            {entry.keys && <kbd>{keyLabel(entry.keys)}</kbd>}
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className={styles.none}>{t("palette.nothing")}</p>}
    </>
  );
}

function intoView(element: HTMLLIElement | null): void {
  element?.scrollIntoView?.({ block: "nearest" });
}

function useEntries({ state, onOpenChat, onPage }: Props, { t }: Locale): readonly Entry[] {
  const commands = useCommands().filter((command) => !command.unlisted && !command.id.startsWith("list.digit"));
  const chat = (id: string, title: string, more: string, kind: string): Entry => ({
    key: `chat:${id}`,
    kind,
    title,
    more,
    run: () => onOpenChat(id),
  });
  return [
    ...(state.mine ?? []).map((one) => chat(one.id, one.display_name, one.last_text, t("palette.chat"))),
    ...(state.queue?.escalations ?? []).map((one) => chat(one.conversation_id, one.display_name, one.last_text, t("palette.queue"))),
    ...commands.map(({ id, titleKey, keys, run }) => ({ key: id, kind: t("palette.act"), title: t(titleKey), more: "", keys, run })),
    { key: "page:", kind: t("palette.page"), title: t("pages.work"), more: "", run: () => onPage(null) },
    ...pagesOf(state.me).map(({ key, titleKey }) => ({
      key: `page:${key}`,
      kind: t("palette.page"),
      title: t(titleKey),
      more: "",
      run: () => onPage(key),
    })),
  ];
}
