/** Who looked at masked values unusually often, until somebody has looked into it. */
import { AlertOutlined, SafetyOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { useState } from "react";

import { errorKey } from "../../api/errors";
import { listAlarms, seeAlarm, type Alarm } from "../../api/security";
import { EmptyState } from "../../components/EmptyState/EmptyState";
import { useArea } from "../../hooks/useDeskTools";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import { hasWorkplace } from "../../state/roles";
import type { PageProps } from "../pages";
import styles from "./AlarmsPage.module.css";

export function AlarmsPage({ api, me, onOpen }: PageProps) {
  const { t } = useLocale();
  // Read again at once when the live wire tells of a new one.
  const [alarms, again] = useArea("alarms", "open", async (desk) => (await listAlarms(desk)).alarms);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const see = (id: number) => void seeAlarm(api, id).then(again, (error: unknown) => setFailureKey(errorKey(error)));
  const open = hasWorkplace(me) ? onOpen : undefined;
  return (
    <section className={styles.page} data-testid="alarms-page">
      <h2>{t("alarms.title")}</h2>
      <p className={styles.lead}>{t("alarms.lead")}</p>
      {failureKey && <Alert type="error" showIcon message={t(failureKey)} />}
      {alarms?.length === 0 && <EmptyState icon={<SafetyOutlined />} title={t("alarms.none")} hint={t("alarms.none_hint")} />}
      <ul>
        {alarms?.map((alarm) => (
          <OneAlarm key={alarm.id} alarm={alarm} onSee={() => see(alarm.id)} onOpen={open} />
        ))}
      </ul>
    </section>
  );
}

function OneAlarm({ alarm, onSee, onOpen }: { alarm: Alarm; onSee: () => void; onOpen?: (id: string) => void }) {
  const { t } = useLocale();
  const { conversation_id: chat, count = 0 } = alarm.detail;
  return (
    <li className={styles.alarm} data-testid="alarm">
      <AlertOutlined className={styles.icon} />
      <div>
        <b>
          {alarm.agent.name} {alarm.agent.id}
        </b>
        <p>{t("alarms.unmask", { count })}</p>
        <small>
          {dayOf(alarm.at)} {clockTime(alarm.at)}
        </small>
      </div>
      {chat && onOpen && <Button onClick={() => onOpen(chat)}>{t("alarms.open")}</Button>}
      <Button type="primary" onClick={onSee} data-testid="alarm-seen">
        {t("alarms.seen")}
      </Button>
    </li>
  );
}
