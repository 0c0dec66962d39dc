/** The second step of a log in: the code of the telephone, or a recovery code. */
import { Alert, Button, Input } from "antd";
import { useState, type FormEvent } from "react";

import { loginErrorKey } from "../../api/errors";
import { useLocale } from "../../locale/locale";
import styles from "./LoginPage.module.css";

interface Props {
  onCode: (code: string) => Promise<void>;
  onBack: () => void;
}

export function CodeForm({ onCode, onBack }: Props) {
  const { t } = useLocale();
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailureKey(null);
    try {
      await onCode(code.trim());
    } catch (error) {
      setFailureKey(loginErrorKey(error));
      setCode("");
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p className={styles.lead_small}>{t("login.code_lead")}</p>
      {failureKey && <Alert className={styles.alert} type="error" showIcon message={t(failureKey)} data-testid="login-error" />}
      <Input
        size="large"
        value={code}
        onChange={(event) => setCode(event.target.value)}
        placeholder={t("login.code")}
        aria-label={t("login.code")}
        autoComplete="one-time-code"
        inputMode="text"
        maxLength={32}
        autoFocus
        className={styles.alert}
        data-testid="login-code"
      />
      <Button type="primary" htmlType="submit" size="large" block loading={busy} disabled={!code.trim()} data-testid="login-code-submit">
        {t("login.submit")}
      </Button>
      <Button type="link" block onClick={onBack}>
        {t("login.code_back")}
      </Button>
    </form>
  );
}
