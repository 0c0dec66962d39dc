/** The way in by the company's own sign-on, where the operator has set it up. */
import { ClusterOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useState } from "react";

import { createApi } from "../../api/client";
import { ssoOffer } from "../../api/security";
import { useLocale } from "../../locale/locale";
import styles from "./LoginPage.module.css";

export function SsoButton() {
  const { t } = useLocale();
  const [name, setName] = useState("");
  useEffect(() => {
    const api = createApi({ onUnauthorized: () => undefined });
    ssoOffer(api)
      .then((offer) => setName(offer.on ? offer.name : ""))
      // Without an answer there is no such button; the password form says itself that the server is away.
      .catch(() => undefined);
  }, []);
  if (!name) return null;
  return (
    <Button className={styles.sso} block icon={<ClusterOutlined />} href="/api/sso/start" data-testid="login-sso">
      {t("login.sso", { name })}
    </Button>
  );
}
