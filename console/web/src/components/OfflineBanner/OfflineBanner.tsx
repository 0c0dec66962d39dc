/** Says that the desk is cut off and that nothing typed is lost; waits a moment, so that a hiccup stays unseen. */
import { DisconnectOutlined } from "@ant-design/icons";
import { useEffect, useState } from "react";

import type { Connection } from "../../api/socket";
import { useLocale } from "../../locale/locale";
import styles from "./OfflineBanner.module.css";

const GRACE_MS = 1500;

export function OfflineBanner({ connection }: { connection: Connection }) {
  const { t } = useLocale();
  const away = connection !== "online";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!away) return setShown(false);
    const timer = setTimeout(() => setShown(true), GRACE_MS);
    return () => clearTimeout(timer);
  }, [away]);
  if (!shown) return null;
  return (
    <div className={styles.banner} role="status" data-testid="offline-banner">
      <DisconnectOutlined /> {t("offline.banner")}
    </div>
  );
}
