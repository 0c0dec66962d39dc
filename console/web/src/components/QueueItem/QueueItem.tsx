/** A customer who waits for a person: how urgent, why, since when, and the button that ends the wait. */
import { Button } from "antd";

import type { Escalation } from "../../api/types";
import { useTick } from "../../hooks/useTick";
import { useLocale, type Locale } from "../../locale/locale";
import { duration } from "../../locale/when";
import { waitedSeconds } from "../../state/queue";
import { toneOf } from "../../state/waits";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import styles from "./QueueItem.module.css";

interface ListProps {
  escalations: readonly Escalation[];
  readAt: number;
  openId: string | null;
  busyId: number | null;
  onOpen: (id: string) => void;
  onAccept: (escalation: Escalation) => void;
  onHover?: (id: string) => void;
}

/** The queue with one clock for all its rows. */
export function QueueList({ escalations, readAt, openId, busyId, onOpen, onAccept, onHover }: ListProps) {
  const now = useTick();
  return (
    <ul>
      {escalations.map((escalation) => (
        <QueueItem
          key={escalation.id}
          escalation={escalation}
          waited={waitedSeconds(escalation, readAt, now)}
          open={escalation.conversation_id === openId}
          busy={escalation.id === busyId}
          onOpen={onOpen}
          onAccept={onAccept}
          onHover={onHover}
        />
      ))}
    </ul>
  );
}

interface ItemProps {
  escalation: Escalation;
  waited: number;
  open: boolean;
  busy: boolean;
  onOpen: (id: string) => void;
  onAccept: (escalation: Escalation) => void;
  onHover?: (id: string) => void;
}

function QueueItem({ escalation, waited, open, busy, onOpen, onAccept, onHover }: ItemProps) {
  const { t, word } = useLocale();
  const color = `var(--priority-${Math.min(Math.max(escalation.priority, 0), 5)})`;
  return (
    <li
      className={styles.item}
      data-open={open}
      style={{ borderLeftColor: color }}
      data-testid="queue-item"
      data-conversation={escalation.conversation_id}
      data-escalation={escalation.id}
    >
      <button
        type="button"
        className={styles.main}
        aria-current={open ? "true" : undefined}
        onClick={() => onOpen(escalation.conversation_id)}
        onMouseEnter={() => onHover?.(escalation.conversation_id)}
      >
        <span className={styles.top}>
          <ChannelIcon channel={escalation.channel} />
          <b className={styles.name}>{escalation.display_name}</b>
          <time
            className={styles.waited}
            data-tone={toneOf(waited, escalation)}
            title={t("queue.waited", { time: duration(waited) })}
          >
            {duration(waited)}
          </time>
        </span>
        <span className={styles.text}>{escalation.last_text}</span>
      </button>
      <div className={styles.bottom}>
        <span className={styles.tags}>
          <span className={styles.priority} style={{ color, borderColor: color }}>
            {word("priority", String(escalation.priority))}
          </span>
          <span className={styles.meta}>
            {why(escalation, word)}
          </span>
        </span>
        <Button type="primary" size="small" loading={busy} onClick={() => onAccept(escalation)} data-testid="accept">
          {t("queue.accept")}
        </Button>
      </div>
    </li>
  );
}

/** Skill and reason, each word once: "complaint" is often priority, skill and reason at the same time. */
function why({ priority, skill, reason }: Escalation, word: Locale["word"]): string {
  const said = word("priority", String(priority));
  return [...new Set([word("skill", skill), word("reason", reason)])].filter((one) => one !== said).join(" · ");
}
