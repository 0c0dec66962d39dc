/** Changes one's own password; the server's rules stand beside the field. */
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";

import type { DeskApi } from "../../api/client";
import { ApiError, errorKey } from "../../api/errors";
import { changePassword } from "../../api/security";
import { useLocale } from "../../locale/locale";

interface Props {
  api: DeskApi;
  onDone: () => void;
}

interface Values {
  old: string;
  fresh: string;
  again: string;
}

export function PasswordForm({ api, onDone }: Props) {
  const { t } = useLocale();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const submit = async ({ old, fresh }: Values) => {
    setBusy(true);
    setFailureKey(null);
    try {
      await changePassword(api, old, fresh);
      form.resetFields();
      onDone();
    } catch (error) {
      const wrong = error instanceof ApiError && error.code === "console.login.failed";
      setFailureKey(wrong ? "security.old_wrong" : errorKey(error));
    } finally {
      setBusy(false);
    }
  };
  const same = ({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({
    validator: (_: unknown, value: string) =>
      value === getFieldValue("fresh") ? Promise.resolve() : Promise.reject(new Error(t("security.not_same"))),
  });
  const required = [{ required: true, message: t("security.required") }];
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)} disabled={busy}>
      {failureKey && <Alert type="error" showIcon message={t(failureKey)} style={{ marginBottom: 12 }} data-testid="password-error" />}
      <Form.Item name="old" label={t("security.old")} rules={required}>
        <Input.Password autoComplete="current-password" maxLength={256} data-testid="password-old" />
      </Form.Item>
      <Form.Item name="fresh" label={t("security.new")} extra={t("security.rules")} rules={required}>
        <Input.Password autoComplete="new-password" maxLength={256} data-testid="password-new" />
      </Form.Item>
      <Form.Item name="again" label={t("security.again")} dependencies={["fresh"]} rules={[...required, same]}>
        <Input.Password autoComplete="new-password" maxLength={256} data-testid="password-again" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy} data-testid="password-save">
        {t("security.save_password")}
      </Button>
    </Form>
  );
}
