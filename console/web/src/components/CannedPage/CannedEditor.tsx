/** Writes a canned reply; a blank is put in by a press, and a shared one is handed in for approval. */
import { Alert, Button, DatePicker, Input, Popconfirm, Radio, Select } from "antd";
import { useRef, useState } from "react";

import { replies, type Canned, type CannedWords } from "../../api/replies";
import type { Agent } from "../../api/types";
import { useAct } from "../../hooks/useAct";
import { useDeskTools } from "../../hooks/useDeskTools";
import { useLocale } from "../../locale/locale";
import { dayOf } from "../../locale/when";
import { approves } from "../../state/roles";
import styles from "./CannedPage.module.css";

const SKILLS = ["", "general", "fault", "billing", "complaint", "application", "points", "key_account"];

interface Props {
  me: Agent;
  canned: Canned | null;
  variables: readonly string[];
  onDone: () => void;
}

export function CannedEditor({ me, canned, variables, onDone }: Props) {
  const { t, word } = useLocale();
  const tools = useDeskTools();
  const [words, setWords] = useState<CannedWords>(() => wordsOf(canned));
  const [shared, setShared] = useState(true);
  const act = useAct();
  const field = useRef<HTMLTextAreaElement | null>(null);
  const change = (more: Partial<CannedWords>) => setWords((held) => ({ ...held, ...more }));
  const isShared = canned ? canned.owner === null : shared;
  const whole = [words.folder, words.shortcut, words.title, words.text].every((part) => part.trim());
  if (!tools) return null;
  const save = async () => {
    const written = canned
      ? () => replies.editCanned(tools.api, canned.id, words)
      : () => replies.addCanned(tools.api, words, shared);
    if (await act.run(written)) onDone();
  };
  const put = (name: string) => {
    const at = field.current?.selectionStart ?? words.text.length;
    change({ text: `${words.text.slice(0, at)}{${name}}${words.text.slice(at)}` });
  };
  const retire = async () => {
    if (canned && (await act.run(() => replies.retireCanned(tools.api, canned.id)))) onDone();
  };
  const mayRetire = canned && (canned.owner === me.id || approves(me));
  return (
    <form className={styles.editor} onSubmit={(event) => event.preventDefault()} data-testid="canned-editor">
      {!canned && (
        <Radio.Group value={shared} onChange={(event) => setShared(Boolean(event.target.value))}>
          <Radio value={true}>{t("canned.shared")}</Radio>
          <Radio value={false}>{t("canned.personal")}</Radio>
        </Radio.Group>
      )}
      <div className={styles.pair}>
        <Labelled label={t("canned.shortcut")}>
          <Input prefix="/" value={words.shortcut} maxLength={20} onChange={(event) => change({ shortcut: event.target.value })} data-testid="canned-shortcut" />
        </Labelled>
        <Labelled label={t("canned.name")}>
          <Input value={words.title} maxLength={40} onChange={(event) => change({ title: event.target.value })} data-testid="canned-title" />
        </Labelled>
      </div>
      <Labelled label={t("canned.text")}>
        <Input.TextArea
          ref={(made) => {
            field.current = made?.resizableTextArea?.textArea ?? null;
          }}
          value={words.text}
          rows={6}
          maxLength={1000}
          showCount
          onChange={(event) => change({ text: event.target.value })}
          data-testid="canned-text"
        />
      </Labelled>
      <p className={styles.blanks}>
        {t("canned.blanks")}
        {variables.map((name) => (
          <button key={name} type="button" onClick={() => put(name)}>{`{${name}}`}</button>
        ))}
      </p>
      <div className={styles.three}>
        <Labelled label={t("canned.folder")}>
          <Input value={words.folder} maxLength={30} onChange={(event) => change({ folder: event.target.value })} data-testid="canned-folder" />
        </Labelled>
        <Labelled label={t("canned.skill")}>
          <Select
            value={words.skill}
            onChange={(skill) => change({ skill })}
            options={SKILLS.map((one) => ({ value: one, label: one ? word("skill", one) : t("canned.any_skill") }))}
          />
        </Labelled>
        <Labelled label={t("canned.expires", { day: dayOf(words.expires_at) || t("canned.never") })}>
          <DatePicker
            placeholder={dayOf(words.expires_at) || t("canned.never")}
            onChange={(_, day) => change({ expires_at: typeof day === "string" && day ? `${day}T23:59:59+08:00` : "" })}
          />
        </Labelled>
      </div>
      {act.trouble && <Alert type="error" showIcon message={t(act.trouble)} data-testid="canned-trouble" />}
      <footer>
        {mayRetire && (
          <Popconfirm title={t("canned.retire_ask")} okText={t("canned.retire")} cancelText={t("action.cancel")} onConfirm={retire}>
            <Button danger type="text">
              {t("canned.retire")}
            </Button>
          </Popconfirm>
        )}
        <span className={styles.fill}>{isShared ? t("canned.needs_approval") : ""}</span>
        <Button onClick={onDone}>{t("action.cancel")}</Button>
        <Button type="primary" disabled={!whole} loading={act.busy} onClick={() => void save()} data-testid="canned-save">
          {t(isShared ? "canned.hand_in" : "canned.save")}
        </Button>
      </footer>
    </form>
  );
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <label className={styles.labelled}>
      <span>{label}</span>
      {children}
    </label>
  );
}

function wordsOf(canned: Canned | null): CannedWords {
  if (!canned) return { folder: "", skill: "", shortcut: "", title: "", text: "", expires_at: "" };
  const { folder, skill, shortcut, title, text, expires_at } = canned;
  return { folder, skill, shortcut, title, text, expires_at: expires_at ?? "" };
}
