/** The form of a new account. */
import { Alert, Form, Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";

import { errorKey } from "../../api/errors";
import type { NewAccount } from "../../api/security";
import { useLocale } from "../../locale/locale";
import { ROLES } from "./roles";

const SKILLS = ["fault", "danger", "billing", "application", "complaint", "elder", "cantonese", "key_account", "points"];

interface Props {
  open: boolean;
  onCreate: (account: NewAccount) => Promise<void>;
  onCancel: () => void;
}

type Values = Omit<NewAccount, "skills"> & { skills?: string[] };

export function AccountForm({ open, onCreate, onCancel }: Props) {
  const { t, word } = useLocale();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const create = async (values: Values) => {
    setBusy(true);
    setFailureKey(null);
    try {
      await onCreate({ ...values, agent_id: values.agent_id.trim(), skills: (values.skills ?? []).join(",") });
    } catch (error) {
      setFailureKey(errorKey(error));
    } finally {
      setBusy(false);
    }
  };
  const required = [{ required: true, message: t("security.required") }];
  return (
    <Modal
      open={open}
      title={t("accounts.new")}
      okText={t("accounts.create")}
      cancelText={t("action.cancel")}
      okButtonProps={{ "data-testid": "account-create" }}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onCancel}
      afterClose={() => setFailureKey(null)}
      destroyOnHidden
      width={440}
    >
      {failureKey && <Alert type="error" showIcon message={t(failureKey)} style={{ marginBottom: 12 }} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        initialValues={{ role: "agent", max_chats: 4 }}
        onFinish={(values) => void create(values)}
      >
        <Form.Item name="agent_id" label={t("accounts.number")} rules={required}>
          <Input maxLength={32} autoFocus data-testid="account-number" />
        </Form.Item>
        <Form.Item name="name" label={t("accounts.name")} rules={required}>
          <Input maxLength={40} data-testid="account-name" />
        </Form.Item>
        <Form.Item name="role" label={t("accounts.role")}>
          <Select options={ROLES.map((role) => ({ value: role, label: word("role_name", role) }))} />
        </Form.Item>
        <Form.Item name="skills" label={t("accounts.skills")}>
          <Select mode="tags" options={SKILLS.map((skill) => ({ value: skill, label: word("skill", skill) }))} />
        </Form.Item>
        <Form.Item name="max_chats" label={t("accounts.max_chats")}>
          <InputNumber min={1} max={50} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
