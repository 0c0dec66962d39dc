/** A conversation in a list: who, what last, how much unread, and who owns it. */
import { Badge } from "antd";

import type { Agent, Summary } from "../../api/types";
import { useLocale, type Locale } from "../../locale/locale";
import { listTime } from "../../locale/when";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import styles from "./ConversationItem.module.css";

interface Props {
  summary: Summary;
  me: Agent;
  unread: number;
  typing: boolean;
  open: boolean;
  newestDay: string;
  onOpen: (id: string) => void;
}

export function ConversationItem({ summary, me, unread, typing, open, newestDay, onOpen }: Props) {
  const locale = useLocale();
  return (
    <li>
      <button
        type="button"
        className={styles.item}
        data-open={open}
        data-testid="conversation-item"
        data-conversation={summary.id}
        onClick={() => onOpen(summary.id)}
      >
        <span className={styles.top}>
          <ChannelIcon channel={summary.channel} />
          <b className={styles.name}>{summary.display_name}</b>
          <time className={styles.time}>{listTime(summary.last_at, newestDay)}</time>
        </span>
        <span className={styles.bottom}>
          <span className={styles.text} data-typing={typing}>
            {typing ? locale.t("chat.typing") : summary.last_text}
          </span>
          <Badge size="small" count={unread} />
        </span>
        <span className={styles.owner} data-owner={summary.owner}>
          {ownerText(summary, me, locale)}
        </span>
      </button>
    </li>
  );
}

function ownerText(summary: Summary, me: Agent, { t }: Locale): string {
  if (summary.owner !== "agent") return t(`owner.${summary.owner}`);
  if (summary.agent?.id === me.id) return t("owner.mine");
  return t("owner.agent", { name: summary.agent?.name ?? "" });
}
