/** The top of the desk: the numbers of the hour, the line's state, and who works here. */
import { BellOutlined, CommentOutlined, DownOutlined, LogoutOutlined, MutedOutlined, SafetyOutlined, TranslationOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tooltip } from "antd";

import type { Connection } from "../../api/socket";
import { useTick } from "../../hooks/useTick";
import { useLocale } from "../../locale/locale";
import { duration } from "../../locale/when";
import type { Agent } from "../../api/types";
import { pagesOf } from "../../pages/pages";
import type { DeskState } from "../../state/model";
import { longestWait } from "../../state/queue";
import { hasWorkplace, serves } from "../../state/roles";
import { BrandMark } from "../BrandMark/BrandMark";
import styles from "./TopBar.module.css";

interface Props {
  state: DeskState;
  /** The page shown instead of the workplace; null: the workplace. */
  pageKey: string | null;
  onPage: (key: string | null) => void;
  muted: boolean;
  onToggleMuted: () => void;
  onSecurity: () => void;
  onLogout: () => void;
}

export function TopBar({ state, pageKey, onPage, muted, onToggleMuted, onSecurity, onLogout }: Props) {
  const { t } = useLocale();
  const mute = t(muted ? "top.unmute" : "top.mute");
  return (
    <header className={styles.bar}>
      <div className={styles.brand}>
        <BrandMark size={24} />
        <span>{t("app.name")}</span>
      </div>
      <Pages me={state.me} pageKey={pageKey} onPage={onPage} />
      {serves(state.me) && <Numbers state={state} />}
      <div className={styles.right}>
        <ConnectionState connection={state.connection} />
        <Tooltip title={mute}>
          <Button
            type="text"
            icon={muted ? <MutedOutlined className={styles.muted} /> : <BellOutlined />}
            aria-label={mute}
            aria-pressed={muted}
            onClick={onToggleMuted}
            data-testid="mute-toggle"
          />
        </Tooltip>
        <Person state={state} onSecurity={onSecurity} onLogout={onLogout} />
      </div>
    </header>
  );
}

const WORKPLACE = { key: null, titleKey: "pages.work", icon: CommentOutlined };

/** Nothing for whom the workplace is the only page. */
function Pages({ me, pageKey, onPage }: { me: Agent } & Pick<Props, "pageKey" | "onPage">) {
  const { t } = useLocale();
  const pages = pagesOf(me);
  if (pages.length === 0) return null;
  return (
    <nav className={styles.pages} aria-label={t("pages.title")}>
      {[...(hasWorkplace(me) ? [WORKPLACE] : []), ...pages].map(({ key, titleKey, icon: Icon }) => (
        <button
          key={key ?? "work"}
          type="button"
          aria-current={key === pageKey ? "page" : undefined}
          onClick={() => onPage(key)}
          data-testid={`page-${key ?? "work"}`}
        >
          <Icon /> {t(titleKey)}
        </button>
      ))}
    </nav>
  );
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
  return (
    <span className={styles.connection} data-testid="connection-state" data-state={connection}>
      <i className={styles.dot} data-state={connection} />
      {t(`connection.${connection}`)}
    </span>
  );
}

function Person({ state, onSecurity, onLogout }: { state: DeskState } & Pick<Props, "onSecurity" | "onLogout">) {
  const { t, word, switchLanguage } = useLocale();
  const { me, mine } = state;
  const load = (mine ?? []).filter((one) => one.owner === "agent").length;
  const items = [
    { key: "keys", label: <Shortcuts />, disabled: true },
    { type: "divider" as const },
    { key: "security", icon: <SafetyOutlined />, label: <span data-testid="security">{t("security.title")}</span>, onClick: onSecurity },
    { key: "language", icon: <TranslationOutlined />, label: t("top.language"), onClick: switchLanguage },
    { key: "logout", icon: <LogoutOutlined />, label: <span data-testid="logout">{t("top.logout")}</span>, onClick: onLogout },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <button type="button" className={styles.person} data-testid="person-menu">
        <span className={styles.avatar}>{me.name.slice(0, 1)}</span>
        <span className={styles.who}>
          <b>{me.name}</b>
          <small>
            {word("role_name", me.role)} {me.id}
            {serves(me) && ` · ${t("top.load")} ${load}/${me.max_chats}`}
          </small>
        </span>
        <DownOutlined className={styles.arrow} />
      </button>
    </Dropdown>
  );
}

function Shortcuts() {
  const { t } = useLocale();
  const keys: [string, string][] = [
    ["Enter / Ctrl+Enter", t("shortcut.send")],
    ["Shift+Enter", t("shortcut.newline")],
    ["Alt+↑ / Alt+↓", t("shortcut.switch")],
    ["Alt+Q", t("shortcut.accept")],
  ];
  return (
    <dl className={styles.keys}>
      {keys.map(([key, meaning]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
