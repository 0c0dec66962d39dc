/** Asks for the one sentence that must go with an act; the act happens only with it, and a failure keeps it open. */
import { Alert, Input, Modal } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useState } from "react";

import { errorKey } from "../../api/errors";
import { useFirstField } from "../../hooks/useFirstField";
import { useLocale } from "../../locale/locale";
import styles from "./PromptModal.module.css";

export type PromptKind = "return" | "close";

interface Props {
  /** Names the sentences of the locale and the test ids. */
  kind: PromptKind;
  open: boolean;
  danger?: boolean;
  onCancel: () => void;
  onConfirm: (text: string) => Promise<void>;
}

const LIMIT = 1000;
const INPUT_ID: Readonly<Record<PromptKind, string>> = { return: "return-note", close: "close-summary" };

export function PromptModal({ kind, open, danger, onCancel, onConfirm }: Props) {
  const { t } = useLocale();
  const prompt = usePrompt(kind, onConfirm);
  const field = useFirstField<TextAreaRef>(open);
  return (
    <Modal
      open={open}
      title={t(`${kind}.title`)}
      okText={t(`${kind}.confirm`)}
      cancelText={t("action.cancel")}
      okButtonProps={{ danger, "data-testid": `${kind}-confirm` }}
      confirmLoading={prompt.busy}
      onOk={prompt.confirm}
      onCancel={onCancel}
      afterClose={prompt.clear}
      destroyOnHidden
      width={480}
    >
      <p className={styles.lead}>{t(`${kind}.lead`)}</p>
      <Input.TextArea
        ref={field}
        rows={4}
        maxLength={LIMIT}
        showCount
        value={prompt.text}
        status={prompt.complaintKey ? "error" : undefined}
        placeholder={t(`${kind}.placeholder`)}
        onChange={(event) => prompt.type(event.target.value)}
        data-testid={INPUT_ID[kind]}
      />
      {prompt.complaintKey && <Alert className={styles.complaint} type="error" showIcon message={t(prompt.complaintKey)} />}
    </Modal>
  );
}

function usePrompt(kind: PromptKind, onConfirm: (text: string) => Promise<void>) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [complaintKey, setComplaintKey] = useState<string | null>(null);
  const confirm = async () => {
    if (!text.trim()) return setComplaintKey(`${kind}.required`);
    setBusy(true);
    setComplaintKey(null);
    try {
      await onConfirm(text.trim());
    } catch (error) {
      setComplaintKey(errorKey(error));
    } finally {
      setBusy(false);
    }
  };
  const clear = () => {
    setText("");
    setComplaintKey(null);
  };
  const type = (next: string) => {
    setText(next);
    setComplaintKey(null);
  };
  return { text, type, busy, complaintKey, confirm, clear };
}
