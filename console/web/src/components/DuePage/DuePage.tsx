/** What must be done before the desk opens: a new password, or the second factor. */
import { Button } from "antd";

import type { DeskApi } from "../../api/client";
import { useLocale } from "../../locale/locale";
import { PasswordForm } from "../Security/PasswordForm";
import styles from "../Security/Security.module.css";
import { TotpSetup } from "../Security/TotpSetup";

interface Props {
  must: "password" | "totp";
  api: DeskApi;
  onDone: () => Promise<void>;
  onLogout: () => Promise<void>;
}

export function DuePage({ must, api, onDone, onLogout }: Props) {
  const { t } = useLocale();
  const done = () => void onDone();
  return (
    <main className={styles.due}>
      <section className={styles.panel} data-testid={`due-${must}`}>
        <h1>{t(`due.${must}`)}</h1>
        <p>{t(`due.${must}_lead`)}</p>
        {must === "password" ? <PasswordForm api={api} onDone={done} /> : <TotpSetup api={api} onDone={done} />}
      </section>
      <Button type="link" onClick={() => void onLogout()}>
        {t("top.logout")}
      </Button>
    </main>
  );
}
