/** A conversation in a list, two lines high: who, how long they wait, what last or what is typed, how much is unread. */
import { EditOutlined, FrownOutlined, MehOutlined, SmileOutlined } from "@ant-design/icons";
import { Badge } from "antd";
import { memo } from "react";

import type { Agent, Summary } from "../../api/types";
import { useLocale, type Locale } from "../../locale/locale";
import { listTime } from "../../locale/when";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import { WaitPill } from "../WaitPill/WaitPill";
import styles from "./ConversationItem.module.css";

interface Props {
  summary: Summary;
  me: Agent;
  unread: number;
  typing: boolean;
  open: boolean;
  newestDay: string;
  /** Since when the customer waits (page clock, ms). */
  waitingSince?: number;
  /** What stands in the composer and was not sent. */
  draft?: string;
  /** The digit that opens it with Alt. */
  digit?: number;
  onOpen: (id: string) => void;
  onHover?: (id: string) => void;
}

export const ConversationItem = memo(function ConversationItem(props: Props) {
  const { summary, me, unread, open, newestDay, waitingSince, digit, onOpen, onHover } = props;
  const locale = useLocale();
  const foreign = summary.agent?.id !== me.id;
  return (
    <li className={styles.row}>
      <button
        type="button"
        className={styles.item}
        data-open={open}
        data-unread={unread > 0}
        data-testid="conversation-item"
        data-conversation={summary.id}
        aria-current={open ? "true" : undefined}
        aria-keyshortcuts={digit ? `Alt+${digit}` : undefined}
        onClick={() => onOpen(summary.id)}
        onMouseEnter={() => onHover?.(summary.id)}
      >
        <span className={styles.top}>
          <ChannelIcon channel={summary.channel} />
          <b className={styles.name}>{summary.display_name}</b>
          <Mood mood={summary.mood} locale={locale} />
          {waitingSince === undefined ? (
            <time className={styles.time}>{listTime(summary.last_at, newestDay)}</time>
          ) : (
            <WaitPill since={waitingSince} limit_s={summary.limit_s} amber_s={summary.amber_s} />
          )}
        </span>
        <span className={styles.bottom}>
          <LastWords {...props} locale={locale} />
          {foreign && (
            <span className={styles.owner} data-owner={summary.owner}>
              {ownerText(summary, locale)}
            </span>
          )}
          <Badge size="small" count={unread} title={locale.t("list.unread_count", { count: unread })} />
        </span>
      </button>
    </li>
  );
});

function LastWords({ summary, typing, open, draft, locale }: Props & { locale: Locale }) {
  const { t } = locale;
  if (typing) return <span className={styles.text} data-typing="true">{t("chat.typing")}</span>;
  if (draft && !open) {
    return (
      <span className={styles.text} data-testid="draft-mark">
        <EditOutlined className={styles.draft} aria-hidden /> <b className={styles.draft}>{t("list.draft")}</b> {draft}
      </span>
    );
  }
  return <span className={styles.text}>{summary.last_text}</span>;
}

const MOODS = [SmileOutlined, MehOutlined, FrownOutlined, FrownOutlined] as const;

/** Only what asks for attention is shown: annoyed and angry. */
function Mood({ mood, locale }: { mood?: number | null; locale: Locale }) {
  if (typeof mood !== "number" || mood < 2) return null;
  const Icon = MOODS[mood] ?? FrownOutlined;
  const said = locale.t(`item.mood_${mood}`);
  return <Icon className={styles.mood} data-mood={mood} title={said} aria-label={said} />;
}

function ownerText(summary: Summary, { t }: Locale): string {
  if (summary.owner !== "agent") return t(`owner.${summary.owner}`);
  return t("owner.agent", { name: summary.agent?.name ?? t("owner.colleague") });
}
