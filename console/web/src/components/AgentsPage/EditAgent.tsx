/** What one agent can do and how much they take; the change stands in the audit. */
import { Alert, Form, InputNumber, Modal, Select } from "antd";
import { useState } from "react";

import { errorKey } from "../../api/errors";
import type { Ability, DeskAgent } from "../../api/offers";
import { useLocale } from "../../locale/locale";

interface Props {
  agent: DeskAgent;
  onSave: (ability: Ability) => Promise<void>;
  onCancel: () => void;
}

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  skills: ["fault", "danger", "billing", "application", "complaint", "points", "elder", "key_account", "cantonese", "all"],
  regions: [],
  classes: ["life_support", "key_account", "important", "gentle"],
  languages: ["zh", "yue", "en"],
};
const WORDS: Readonly<Record<string, string>> = { skills: "skill", regions: "region", classes: "class", languages: "language" };

export function EditAgent({ agent, onSave, onCancel }: Props) {
  const { t, word } = useLocale();
  const [form] = Form.useForm<Ability>();
  const [busy, setBusy] = useState(false);
  const [complaintKey, setComplaintKey] = useState<string | null>(null);
  const choices = (field: string, known: readonly string[]) =>
    (field === "regions" ? t("agents.known_regions").split(" ") : known).map((value) => ({
      value,
      label: word(WORDS[field] ?? "", value),
    }));
  const save = async (ability: Ability) => {
    setBusy(true);
    try {
      await onSave(ability);
    } catch (error) {
      setComplaintKey(errorKey(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={t("agents.edit", { name: agent.name })}
      okText={t("agents.save")}
      cancelText={t("action.cancel")}
      okButtonProps={{ "data-testid": "agent-save" }}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onCancel}
      width={520}
    >
      <Form form={form} layout="vertical" initialValues={agent} onFinish={(ability) => void save(ability)}>
        {Object.entries(KNOWN).map(([field, known]) => (
          <Form.Item key={field} name={field} label={t(`agents.${field}`)} extra={t(`agents.${field}_hint`)}>
            <Select mode="tags" options={choices(field, known)} />
          </Form.Item>
        ))}
        <Form.Item name="max_chats" label={t("agents.max_chats")} extra={t("agents.max_chats_hint")} rules={[{ required: true }]}>
          <InputNumber min={0} max={50} precision={0} data-testid="agent-max" />
        </Form.Item>
      </Form>
      {complaintKey && <Alert type="error" showIcon message={t(complaintKey)} />}
    </Modal>
  );
}
