/** The full-page notice that this staff number was logged in elsewhere. */
import { Button, Result } from "antd";

import { useLocale } from "../../locale/locale";
import styles from "./ReplacedNotice.module.css";

export function ReplacedNotice({ onAgain }: { onAgain: () => void }) {
  const { t } = useLocale();
  return (
    <main className={styles.page} data-testid="session-replaced">
      <Result
        status="warning"
        title={t("replaced.title")}
        subTitle={t("replaced.detail")}
        extra={
          <Button type="primary" onClick={onAgain} data-testid="login-again">
            {t("replaced.again")}
          </Button>
        }
      />
    </main>
  );
}
