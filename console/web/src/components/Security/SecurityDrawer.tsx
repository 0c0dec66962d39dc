/** What somebody does about their own log-in: password, second factor, sessions. */
import { Alert, App as Antd, Drawer } from "antd";
import { useEffect, useState, type ReactNode } from "react";

import type { DeskApi } from "../../api/client";
import { useLocale } from "../../locale/locale";
import { PasswordForm } from "./PasswordForm";
import styles from "./Security.module.css";
import { SessionList } from "./SessionList";
import { TotpSetup } from "./TotpSetup";

interface Props {
  api: DeskApi;
  open: boolean;
  onClose: () => void;
}

export function SecurityDrawer({ api, open, onClose }: Props) {
  const { t } = useLocale();
  return (
    <Drawer title={t("security.title")} open={open} onClose={onClose} width={440} destroyOnHidden data-testid="security-drawer">
      <Parts api={api} />
    </Drawer>
  );
}

function Parts({ api }: { api: DeskApi }) {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const [hasTotp, setHasTotp] = useState<boolean | null>(null);
  useEffect(() => {
    api
      .me()
      .then((session) => setHasTotp(session.totp ?? false))
      .catch(() => setHasTotp(null));
  }, [api]);
  return (
    <>
      <Part title={t("security.password")}>
        <PasswordForm api={api} onDone={() => void message.success(t("security.password_saved"))} />
      </Part>
      <Part title={t("security.totp")}>
        {hasTotp === true && <Alert type="success" showIcon message={t("totp.on")} data-testid="totp-on" />}
        {hasTotp === false && <TotpSetup api={api} onDone={() => setHasTotp(true)} />}
      </Part>
      <Part title={t("security.sessions")}>
        <SessionList api={api} />
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
