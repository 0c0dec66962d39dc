/** What this agent was told: named in a note, a promise due or late, a reply that ends; each leads to its chat. */
import { AlertOutlined, ClockCircleOutlined, InboxOutlined, NotificationOutlined, UserOutlined } from "@ant-design/icons";
import { App as Antd, Badge, Button, Popover } from "antd";
import { useEffect, useRef, useState } from "react";

import { replies, type Ping } from "../../api/replies";
import { useAct } from "../../hooks/useAct";
import { useArea, useDeskTools } from "../../hooks/useDeskTools";
import { useLocale } from "../../locale/locale";
import { clockTime } from "../../locale/when";
import styles from "./Bell.module.css";

const ICONS = {
  mention: UserOutlined,
  promise_due: ClockCircleOutlined,
  promise_late: AlertOutlined,
  canned_expiring: NotificationOutlined,
  watch_owner: ClockCircleOutlined,
  watch_lead: ClockCircleOutlined,
  watch_duty: AlertOutlined,
};

export function Bell() {
  const { t } = useLocale();
  const tools = useDeskTools();
  const [told, again] = useArea("pings", "mine", replies.pings);
  const [shown, setShown] = useState(false);
  const { run } = useAct();
  useToasts(told?.pings ?? null);
  if (!tools) return null;
  const read = (id: number) => void run(() => replies.readPing(tools.api, id).then(again));
  const follow = (ping: Ping) => {
    read(ping.id);
    if (!ping.conversation_id) return;
    setShown(false);
    tools.open(ping.conversation_id);
  };
  const list = (
    <div className={styles.list} data-testid="pings">
      <header>
        <b>{t("bell.title")}</b>
        <Button type="link" size="small" disabled={!told?.unread} onClick={() => read(0)} data-testid="pings-read-all">
          {t("bell.read_all")}
        </Button>
      </header>
      {(told?.pings ?? []).length === 0 && <p className={styles.none}>{t("bell.none")}</p>}
      <ul>
        {(told?.pings ?? []).map((ping) => (
          <li key={ping.id}>
            <Row ping={ping} onFollow={() => follow(ping)} />
          </li>
        ))}
      </ul>
    </div>
  );
  return (
    <Popover content={list} trigger="click" placement="bottomRight" open={shown} onOpenChange={setShown}>
      <Badge count={told?.unread ?? 0} size="small" offset={[-4, 6]}>
        <Button
          type="text"
          icon={<InboxOutlined />}
          aria-label={t("bell.open", { count: told?.unread ?? 0 })}
          data-testid="bell"
        />
      </Badge>
    </Popover>
  );
}

/** What ran out while somebody sat here is said aloud, once; what was there before the desk opened stands in the list. */
function useToasts(pings: readonly Ping[] | null) {
  const { t, word } = useLocale();
  const { notification } = Antd.useApp();
  const newest = useRef<number | null>(null);
  useEffect(() => {
    if (!pings) return;
    const before = newest.current;
    newest.current = Math.max(before ?? 0, ...pings.map((ping) => ping.id));
    if (before === null) return;
    for (const ping of pings.filter((one) => one.id > before && !one.read && one.kind.startsWith("watch_"))) {
      const title = t(`bell.${ping.kind}`, { name: "", what: word("watch_kind", ping.about) });
      notification.warning({ key: `ping-${ping.id}`, message: title, description: ping.text, placement: "bottomRight" });
    }
  }, [pings, notification, t, word]);
}

function Row({ ping, onFollow }: { ping: Ping; onFollow: () => void }) {
  const { t, word } = useLocale();
  const Icon = ICONS[ping.kind];
  return (
    <button type="button" className={styles.row} data-read={ping.read} data-kind={ping.kind} onClick={onFollow}>
      <Icon />
      <span>
        <b>{t(`bell.${ping.kind}`, { name: ping.by?.name ?? "", what: ping.about && word("watch_kind", ping.about) })}</b>
        <span className={styles.text}>{ping.text}</span>
      </span>
      <time>{clockTime(ping.at)}</time>
    </button>
  );
}
