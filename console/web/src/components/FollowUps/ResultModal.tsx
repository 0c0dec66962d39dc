/** How a call went: reached with the cause said, not wanted, or not reached. */
import { Form, Input, Modal, Radio, Select } from "antd";
import { useState } from "react";

import type { CallResult, FollowUp } from "../../api/search";
import { useLocale } from "../../locale/locale";

const OUTCOMES = ["reached", "unreached", "declined"] as const;
const CAUSES = ["wait", "attitude", "unsolved", "knowledge", "bot", "company", "mistake", "other"];

interface Props {
  followUp: FollowUp;
  onCancel: () => void;
  onResult: (result: CallResult) => Promise<void>;
}

export function ResultModal({ followUp, onCancel, onResult }: Props) {
  const { t, word } = useLocale();
  const [result, setResult] = useState<CallResult>({ outcome: "reached", cause: "", note: "" });
  const [busy, setBusy] = useState(false);
  const complete = result.outcome !== "reached" || result.cause !== "";
  const send = () => {
    setBusy(true);
    void onResult(result).finally(() => setBusy(false));
  };
  return (
    <Modal
      open
      title={t("follow_up.result_title", { name: followUp.display_name })}
      okText={t("follow_up.save")}
      cancelText={t("action.cancel")}
      okButtonProps={{ disabled: !complete }}
      confirmLoading={busy}
      onOk={send}
      onCancel={onCancel}
    >
      <Form layout="vertical">
        <Form.Item label={t("follow_up.result")}>
          <Radio.Group
            value={result.outcome}
            onChange={(event) => setResult({ ...result, outcome: event.target.value as CallResult["outcome"] })}
            options={OUTCOMES.map((value) => ({ value, label: word("follow_up_state", value) }))}
          />
        </Form.Item>
        {result.outcome === "reached" && (
          <Form.Item label={t("follow_up.cause")} required>
            <Select
              value={result.cause || undefined}
              placeholder={t("follow_up.cause_ask")}
              onChange={(cause: string) => setResult({ ...result, cause })}
              options={CAUSES.map((value) => ({ value, label: word("cause", value) }))}
            />
          </Form.Item>
        )}
        <Form.Item label={t("follow_up.note")}>
          <Input.TextArea
            rows={3}
            maxLength={2000}
            value={result.note}
            onChange={(event) => setResult({ ...result, note: event.target.value })}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
