/** The top of the desk: its pages, the numbers of the hour, the line's state, and who works here. */
import { QuestionCircleOutlined, ThunderboltOutlined } from "@ant-design/icons";
import { Button } from "antd";

import type { ReactNode } from "react";

import type { Connection } from "../../api/socket";
import type { Alerts } from "../../hooks/useAlerts";
import { useTick } from "../../hooks/useTick";
import { useLocale } from "../../locale/locale";
import { duration } from "../../locale/when";
import type { DeskState } from "../../state/model";
import { longestWait } from "../../state/queue";
import { serves } from "../../state/roles";
import { AlertMenu } from "../AlertMenu/AlertMenu";
import { Bell } from "../Bell/Bell";
import { BrandMark } from "../BrandMark/BrandMark";
import { PagesNav } from "../PagesNav/PagesNav";
import { PersonMenu } from "../PersonMenu/PersonMenu";
import styles from "./TopBar.module.css";

interface Props {
  state: DeskState;
  /** The page shown instead of the workplace; null: the workplace. */
  pageKey: string | null;
  alerts: Alerts;
  onPage: (key: string | null) => void;
  onPalette: () => void;
  onHelp: () => void;
  onSecurity: () => void;
  onLogout: () => void;
  /** Whether the agent is ready for more. */
  presence: ReactNode;
}

export function TopBar({ state, pageKey, alerts, presence, onPage, onPalette, onHelp, onSecurity, onLogout }: Props) {
  const { t } = useLocale();
  return (
    <header className={styles.bar} data-region="top">
      <div className={styles.brand}>
        <BrandMark size={24} />
        <h1>{t("app.name")}</h1>
      </div>
      <PagesNav me={state.me} pageKey={pageKey} onPage={onPage} />
      {serves(state.me) && <Numbers state={state} />}
      <div className={styles.right}>
        {serves(state.me) && presence}
        <ConnectionState connection={state.connection} />
        {serves(state.me) && <Bell />}
        <IconButton icon={<ThunderboltOutlined />} name={`${t("palette.title")} (Ctrl+K)`} testId="palette-button" onPress={onPalette} />
        <IconButton icon={<QuestionCircleOutlined />} name={`${t("help.title")} (?)`} testId="help-button" onPress={onHelp} />
        <AlertMenu alerts={alerts} />
        <PersonMenu state={state} onHelp={onHelp} onSecurity={onSecurity} onLogout={onLogout} />
      </div>
    </header>
  );
}

function IconButton(props: { icon: React.ReactNode; name: string; testId: string; onPress: () => void }) {
  const { icon, name, testId, onPress } = props;
  return <Button type="text" icon={icon} aria-label={name} title={name} onClick={onPress} data-testid={testId} />;
}

/** A supervisor sees the whole floor, an agent the own load. */
function Numbers({ state }: { state: DeskState }) {
  const { t } = useLocale();
  const now = useTick();
  const waiting = state.queue?.escalations.length ?? 0;
  const serving = (state.all ?? state.mine ?? []).filter((one) => one.owner === "agent").length;
  return (
    <dl className={styles.numbers}>
      <Figure label={t("top.waiting")} value={String(waiting)} alarming={waiting > 0} testId="count-waiting" />
      <Figure label={t("top.serving")} value={String(serving)} testId="count-serving" />
      <Figure
        label={t("top.longest")}
        value={state.queue && waiting > 0 ? duration(longestWait(state.queue, now)) : "–"}
        testId="longest-wait"
      />
    </dl>
  );
}

function Figure(props: { label: string; value: string; alarming?: boolean; testId: string }) {
  return (
    <div className={styles.figure}>
      <dt>{props.label}</dt>
      <dd className={props.alarming ? styles.alarming : undefined} data-testid={props.testId}>
        {props.value}
      </dd>
    </div>
  );
}

function ConnectionState({ connection }: { connection: Connection }) {
  const { t } = useLocale();
  const said = t(`connection.${connection}`);
  return (
    <span className={styles.connection} role="status" data-testid="connection-state" data-state={connection} title={said}>
      <i className={styles.dot} data-state={connection} aria-hidden />
      <span>{said}</span>
    </span>
  );
}
