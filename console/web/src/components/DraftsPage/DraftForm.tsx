/** A question, its answer and where it belongs, as an agent hands it in and a supervisor corrects it. */
import { Alert, Button, Input, Select } from "antd";
import { useState } from "react";

import { useAct } from "../../hooks/useAct";
import { useLocale } from "../../locale/locale";
import styles from "./DraftsPage.module.css";

const INTENTS = ["ask_tariff_policy", "ask_procedure", "ask_safety_saving", "ask_channel_info"];

export interface Pair {
  question: string;
  answer: string;
  intent: string;
}

interface Props {
  pair: Pair;
  confirmKey: string;
  onConfirm: (pair: Pair) => Promise<void>;
  onCancel?: () => void;
}

export function DraftForm({ pair, confirmKey, onConfirm, onCancel }: Props) {
  const { t, word } = useLocale();
  const [written, setWritten] = useState(pair);
  const act = useAct();
  const change = (more: Partial<Pair>) => setWritten({ ...written, ...more });
  const whole = written.question.trim() !== "" && written.answer.trim() !== "";
  return (
    <div className={styles.form}>
      <Input
        value={written.question}
        maxLength={200}
        placeholder={t("draft.question")}
        aria-label={t("draft.question")}
        onChange={(event) => change({ question: event.target.value })}
        data-testid="draft-question"
      />
      <Input.TextArea
        value={written.answer}
        maxLength={1000}
        autoSize={{ minRows: 2, maxRows: 6 }}
        placeholder={t("draft.answer")}
        aria-label={t("draft.answer")}
        onChange={(event) => change({ answer: event.target.value })}
        data-testid="draft-answer"
      />
      <div className={styles.row}>
        <Select
          value={written.intent}
          size="small"
          onChange={(intent) => change({ intent })}
          options={INTENTS.map((one) => ({ value: one, label: word("intent", one) }))}
        />
        <span className={styles.fill} />
        {onCancel && (
          <Button size="small" onClick={onCancel}>
            {t("action.cancel")}
          </Button>
        )}
        <Button
          size="small"
          type="primary"
          disabled={!whole}
          loading={act.busy}
          onClick={() => void act.run(() => onConfirm(written))}
          data-testid="draft-confirm"
        >
          {t(confirmKey)}
        </Button>
      </div>
      {act.trouble && <Alert type="error" showIcon message={t(act.trouble)} />}
    </div>
  );
}
