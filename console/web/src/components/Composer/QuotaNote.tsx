/** How many messages WeChat still takes, and until when; with none left the agent chooses what happens to the next. */
import { WechatOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";

import type { Quota } from "../../api/replies";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import styles from "./QuotaNote.module.css";

/** At so many left the agent is warned. */
export const WARN_AT = 2;

export function isSpent(quota: Quota | null): boolean {
  return quota !== null && (quota.left <= 0 || !quota.reachable || !quota.window_open);
}

export function QuotaMark({ quota }: { quota: Quota }) {
  const { t } = useLocale();
  const level = isSpent(quota) ? "none" : quota.left <= WARN_AT ? "low" : "fine";
  const ends = quota.window_ends_at && level !== "none" ? moment(quota.window_ends_at) : "";
  return (
    <span className={styles.mark} data-level={level} title={t("quota.why")} data-testid="quota-left">
      <WechatOutlined />
      {level === "none" ? t("quota.none_left") : t("quota.left", { count: quota.left })}
      {ends && <span>{t("quota.until", { ends })}</span>}
    </span>
  );
}

export function QuotaBlock({ quota, onQueue, onNote }: { quota: Quota; onQueue: () => void; onNote: () => void }) {
  const { t } = useLocale();
  const why = !quota.reachable ? "quota.unfollowed" : quota.window_open ? "quota.used_up" : "quota.window_over";
  return (
    <Alert
      type="warning"
      showIcon
      className={styles.block}
      message={t(why)}
      description={t("quota.choice")}
      action={
        <div className={styles.choices}>
          <Button size="small" type="primary" ghost onClick={onQueue} data-testid="quota-queue">
            {t("quota.queue")}
          </Button>
          <Button size="small" onClick={onNote} data-testid="quota-note">
            {t("quota.note")}
          </Button>
        </div>
      }
      data-testid="quota-block"
    />
  );
}

function moment(iso: string): string {
  return `${dayOf(iso).slice(5)} ${clockTime(iso)}`;
}
