/** The bell: which news sound and which show on the desktop; the browser is asked only when the agent says so. */
import { BellOutlined, MutedOutlined, SoundOutlined } from "@ant-design/icons";
import { Alert, Button, Popover, Switch } from "antd";

import { ALERT_KINDS, type AlertKind, type AlertSettings, type AlertWay } from "../../hooks/alertSettings";
import type { Alerts } from "../../hooks/useAlerts";
import { useLocale } from "../../locale/locale";
import styles from "./AlertMenu.module.css";

const WAYS: readonly AlertWay[] = ["sound", "desktop"];

export function AlertMenu({ alerts }: { alerts: Alerts }) {
  const { t } = useLocale();
  const silent = ALERT_KINDS.every((kind) => !alerts.settings[kind].sound && !alerts.settings[kind].desktop);
  return (
    <Popover trigger="click" placement="bottomRight" title={t("alerts.title")} content={<Choices alerts={alerts} />}>
      <Button
        type="text"
        icon={silent ? <MutedOutlined className={styles.silent} /> : <BellOutlined />}
        aria-label={t("alerts.title")}
        title={t("alerts.title")}
        data-testid="alerts-button"
      />
    </Popover>
  );
}

function Choices({ alerts }: { alerts: Alerts }) {
  const { t } = useLocale();
  const { settings, change } = alerts;
  return (
    <div className={styles.choices} data-testid="alerts-menu">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("alerts.kind")}</th>
            {WAYS.map((way) => (
              <th key={way} scope="col">
                {t(`alerts.${way}`)}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">{t("alerts.try")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {ALERT_KINDS.map((kind) => (
            <Row key={kind} kind={kind} settings={settings} onChange={change} onTry={() => alerts.tryTone(kind)} />
          ))}
        </tbody>
      </table>
      <Permission alerts={alerts} />
      <p className={styles.quiet}>{t("alerts.quiet")}</p>
    </div>
  );
}

function Row(props: { kind: AlertKind; settings: AlertSettings; onChange: (next: AlertSettings) => void; onTry: () => void }) {
  const { kind, settings, onChange, onTry } = props;
  const { t } = useLocale();
  return (
    <tr>
      <th scope="row">{t(`alerts.${kind}`)}</th>
      {WAYS.map((way) => (
        <td key={way}>
          <Switch
            size="small"
            checked={settings[kind][way]}
            aria-label={`${t(`alerts.${kind}`)} ${t(`alerts.${way}`)}`}
            onChange={(on) => onChange({ ...settings, [kind]: { ...settings[kind], [way]: on } })}
            data-testid={`alert-${kind}-${way}`}
          />
        </td>
      ))}
      <td>
        <Button type="text" size="small" icon={<SoundOutlined />} onClick={onTry} aria-label={t("alerts.try")} title={t("alerts.try")} />
      </td>
    </tr>
  );
}

/** Says why, before the browser's own question; what was refused is mended in the browser only. */
function Permission({ alerts: { permission, askPermission } }: { alerts: Alerts }) {
  const { t } = useLocale();
  if (permission === "granted") return null;
  if (permission !== "default") return <Alert type="warning" message={t(`alerts.${permission}`)} />;
  return (
    <Alert
      type="info"
      message={t("alerts.ask")}
      action={
        <Button size="small" type="primary" onClick={askPermission} data-testid="alerts-allow">
          {t("alerts.allow")}
        </Button>
      }
    />
  );
}
