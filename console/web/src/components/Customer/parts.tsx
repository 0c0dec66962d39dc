/** The small parts the tabs of the panel are made of: a section, a part that may be missing, a row of an act. */
import { ReloadOutlined, WarningOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";

import type { Part } from "../../api/panel";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import type { ActName, Values } from "../../panel/forms";
import { refusalText, troubleText } from "../../panel/refusal";
import { useCustomer } from "./CustomerContext";
import styles from "./Customer.module.css";

export function Section({ title, extra, children }: { title: string; extra?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3>
        {title}
        {extra}
      </h3>
      {children}
    </section>
  );
}

/** Shows a part, or says honestly why it is not there. */
export function PartView<T>({ part, children }: { part: Part<T>; children: (value: T) => ReactNode }) {
  const locale = useLocale();
  if (part.value !== undefined) return <>{children(part.value)}</>;
  return (
    <p className={styles.trouble} role="status" data-testid="panel-trouble">
      <WarningOutlined /> {troubleText(part.trouble ?? "", locale)}
    </p>
  );
}

/** What stands above every tab: when it was asked, and asking again. */
export function Asked({ children }: { children: ReactNode }) {
  const locale = useLocale();
  const { customer, loading, failure, readAt, reload } = useCustomer();
  return (
    <div className={styles.tab} aria-busy={loading}>
      <div className={styles.asked}>
        <span>{loading ? locale.t("panel.loading") : readAt && locale.t("panel.asked_at", { time: clockTime(readAt) })}</span>
        <Button
          type="text"
          size="small"
          icon={<ReloadOutlined spin={loading} />}
          disabled={loading}
          onClick={reload}
          data-testid="panel-reload"
        >
          {locale.t("panel.refresh")}
        </Button>
      </div>
      {failure !== null && (
        <p className={styles.trouble} role="alert">
          <WarningOutlined /> {locale.t("panel.unreadable")} {refusalText(failure, locale)}
        </p>
      )}
      {customer ? children : loading && <Skeleton active paragraph={{ rows: 5 }} title={false} />}
    </div>
  );
}

interface ActButtonProps {
  act: ActName;
  values?: Values;
  icon?: ReactNode;
  danger?: boolean;
  link?: boolean;
}

/** Opens the dialog of an act; who may not act sees it greyed out with the reason. */
export function ActButton({ act, values, icon, danger, link }: ActButtonProps) {
  const { t } = useLocale();
  const { mayAct, openAct } = useCustomer();
  return (
    <Button
      size="small"
      type={link ? "link" : "default"}
      className={link ? styles.linkAct : undefined}
      danger={danger}
      icon={icon}
      disabled={!mayAct}
      title={mayAct ? undefined : t("panel.not_mine")}
      onClick={() => openAct(act, values)}
      data-testid={`act-${act}`}
    >
      {t(`act.${act}`)}
    </Button>
  );
}

/** `MM-DD HH:mm` of a moment, or nothing. */
export function moment(iso: string | null): string {
  return iso ? `${dayOf(iso).slice(5)} ${clockTime(iso)}` : "";
}
