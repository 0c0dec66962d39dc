/** Runs a dangerous act; when the server wants the password again, asks for it and runs the act once more. */
import { Alert, Input, Modal } from "antd";
import { useRef, useState, type ReactNode } from "react";

import type { DeskApi } from "../../api/client";
import { ApiError, errorKey } from "../../api/errors";
import { confirmPassword } from "../../api/security";
import { useLocale } from "../../locale/locale";

interface Waiting {
  again: () => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export interface Confirmed {
  /** Resolves with what the act answers, also when the password was asked in between. */
  run: <T>(act: () => Promise<T>) => Promise<T>;
  dialog: ReactNode;
}

export function useConfirmed(api: DeskApi): Confirmed {
  const waiting = useRef<Waiting | null>(null);
  const [open, setOpen] = useState(false);
  const run = async <T,>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "console.confirm.needed")) throw error;
      return new Promise<T>((resolve, reject) => {
        waiting.current = { again: act, resolve: resolve as (value: unknown) => void, reject };
        setOpen(true);
      });
    }
  };
  const confirm = async (password: string) => {
    await confirmPassword(api, password);
    setOpen(false);
    const act = waiting.current;
    act?.again().then(act.resolve, act.reject);
  };
  const cancel = () => {
    setOpen(false);
    waiting.current?.reject(new ApiError("http", 403, { code: "console.confirm.needed" }));
  };
  return { run, dialog: <PasswordDialog open={open} onConfirm={confirm} onCancel={cancel} /> };
}

interface DialogProps {
  open: boolean;
  onConfirm: (password: string) => Promise<void>;
  onCancel: () => void;
}

function PasswordDialog({ open, onConfirm, onCancel }: DialogProps) {
  const { t } = useLocale();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const confirm = async () => {
    setBusy(true);
    setFailureKey(null);
    try {
      await onConfirm(password);
    } catch (error) {
      const wrong = error instanceof ApiError && error.code === "console.login.failed";
      setFailureKey(wrong ? "security.old_wrong" : errorKey(error));
    } finally {
      setBusy(false);
      setPassword("");
    }
  };
  return (
    <Modal
      open={open}
      title={t("confirm.title")}
      okText={t("confirm.ok")}
      cancelText={t("action.cancel")}
      okButtonProps={{ disabled: !password, "data-testid": "confirm-ok" }}
      confirmLoading={busy}
      onOk={() => void confirm()}
      onCancel={onCancel}
      destroyOnHidden
      width={400}
    >
      <p style={{ marginBottom: 12 }}>{t("confirm.lead")}</p>
      <Input.Password
        autoFocus
        value={password}
        autoComplete="current-password"
        aria-label={t("login.password")}
        onChange={(event) => setPassword(event.target.value)}
        onPressEnter={() => void confirm()}
        data-testid="confirm-password"
      />
      {failureKey && <Alert style={{ marginTop: 12 }} type="error" showIcon message={t(failureKey)} />}
    </Modal>
  );
}
