/** The log-in page; it says plainly why a log in was refused. */
import { ApartmentOutlined, LockOutlined, SafetyOutlined, SyncOutlined, UserOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";

import { loginErrorKey } from "../../api/errors";
import type { CodeDue } from "../../api/types";
import { useLocale } from "../../locale/locale";
import { BrandMark } from "../BrandMark/BrandMark";
import { CodeForm } from "./CodeForm";
import styles from "./LoginPage.module.css";
import { SsoButton } from "./SsoButton";

interface Props {
  noticeKey: string | null;
  onLogin: (username: string, password: string) => Promise<CodeDue | null | void>;
  onCode?: (ticket: string, code: string) => Promise<void>;
}

export function LoginPage({ noticeKey, onLogin, onCode }: Props) {
  const { t, switchLanguage } = useLocale();
  const [due, setDue] = useState<CodeDue | null>(null);
  const login = async (username: string, password: string) => setDue((await onLogin(username, password)) ?? null);
  return (
    <main className={styles.page}>
      <Welcome />
      <section className={styles.side}>
        <Button type="text" size="small" className={styles.language} onClick={switchLanguage}>
          {t("top.language")}
        </Button>
        <div className={styles.box}>
          <h1 className={styles.heading}>{t(due ? "login.code_heading" : "login.heading")}</h1>
          {due && onCode ? (
            <CodeForm onCode={(code) => onCode(due.ticket, code)} onBack={() => setDue(null)} />
          ) : (
            <LoginForm noticeKey={noticeKey} onLogin={login} />
          )}
        </div>
        <p className={styles.footer}>{t("login.footer")}</p>
      </section>
    </main>
  );
}

function Welcome() {
  const { t } = useLocale();
  return (
    <section className={styles.welcome}>
      <div className={styles.brand}>
        <BrandMark size={36} />
        <span>{t("app.short")}</span>
      </div>
      <p className={styles.lead}>{t("login.lead")}</p>
      <ul className={styles.badges}>
        <li>
          <ApartmentOutlined /> {t("login.badge_transfer")}
        </li>
        <li>
          <SyncOutlined /> {t("login.badge_order")}
        </li>
        <li>
          <SafetyOutlined /> {t("login.badge_privacy")}
        </li>
      </ul>
    </section>
  );
}

/** What the form sends, and what came of it. */
function useLogin(onLogin: (username: string, password: string) => Promise<void>) {
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (values: { username: string; password: string }) => {
    setBusy(true);
    setFailureKey(null);
    try {
      await onLogin(values.username.trim(), values.password);
    } catch (error) {
      setFailureKey(loginErrorKey(error));
    } finally {
      setBusy(false);
    }
  };
  return { failureKey, busy, submit };
}

interface FormProps {
  noticeKey: string | null;
  onLogin: (username: string, password: string) => Promise<void>;
}

function LoginForm({ noticeKey, onLogin }: FormProps) {
  const { t } = useLocale();
  const { failureKey, busy, submit } = useLogin(onLogin);
  const shownKey = failureKey ?? noticeKey;
  return (
    <Form layout="vertical" size="large" requiredMark={false} onFinish={submit} disabled={busy}>
      {shownKey && (
        <Alert
          className={styles.alert}
          type={failureKey ? "error" : "warning"}
          showIcon
          message={t(shownKey)}
          data-testid="login-error"
        />
      )}
      <Form.Item name="username" label={t("login.username")} rules={[{ required: true, message: t("login.username_required") }]}>
        <Input prefix={<UserOutlined />} autoComplete="username" autoFocus maxLength={64} data-testid="login-username" />
      </Form.Item>
      <Form.Item name="password" label={t("login.password")} rules={[{ required: true, message: t("login.password_required") }]}>
        <Input.Password
          prefix={<LockOutlined />}
          autoComplete="current-password"
          maxLength={256}
          data-testid="login-password"
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={busy} data-testid="login-submit">
        {t("login.submit")}
      </Button>
      <SsoButton />
    </Form>
  );
}
