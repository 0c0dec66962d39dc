/** The transcript of the open conversation: by `seq`, by day, at the newest line unless the agent scrolled away; above it
 * what the same person said at other doors. */
import { ArrowDownOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Fragment, useEffect, useState } from "react";

import type { Message } from "../../api/types";
import { useCommand } from "../../commands/commands";
import { useLocale } from "../../locale/locale";
import { dayLabel, dayOf } from "../../locale/when";
import { firstSeq } from "../../state/messages";
import type { Past } from "../../state/past";
import { MessageBubble } from "../MessageBubble/MessageBubble";
import { PastLines } from "./PastLines";
import styles from "./Transcript.module.css";
import { useStickToNewest } from "./useStickToNewest";

/** A line to show, wherever it stands; a new object is a new wish. */
export interface Jump {
  readonly seq: number;
}

interface Props {
  conversationId: string;
  messages: readonly Message[];
  customerName: string;
  /** The greatest `seq` the customer has read. */
  customerRead: number;
  /** What stands after this line is new since the chat was opened. */
  knownTo?: number;
  past?: Past;
  jump?: Jump | null;
  typing: boolean;
  onEarlier: () => Promise<void>;
  onHistory: () => Promise<void>;
}

export function Transcript(props: Props) {
  const { conversationId, messages, customerName, customerRead, knownTo = 0, past, jump = null, typing, onEarlier, onHistory } = props;
  const { t } = useLocale();
  const above = useBusy(firstSeq(messages) > 1 ? onEarlier : onHistory);
  const finished = firstSeq(messages) <= 1 && past?.before === null;
  const { ref, missed, away, onScroll, toNewest } = useStickToNewest(messages, typing, past?.lines.length ?? 0, () => {
    if (!finished) above.run();
  });
  const lit = useJump(ref, jump);
  useCommand({ id: "chat.newest", titleKey: "chat.newest", group: "chat", keys: "Alt+KeyJ", run: toNewest });
  return (
    <div className={styles.frame}>
      <div className={styles.scroll} ref={ref} onScroll={onScroll} role="log" aria-label={t("chat.log")} tabIndex={0} data-region="log">
        {messages.length === 0 && <p className={styles.none}>{t("chat.no_messages")}</p>}
        {finished ? (
          <p className={styles.begin}>{t(past && past.lines.length > 0 ? "chat.begin" : "chat.no_history")}</p>
        ) : (
          <Button type="link" size="small" block loading={above.busy} onClick={above.run} data-testid="earlier">
            {t(firstSeq(messages) > 1 ? "chat.earlier" : "chat.history")}
          </Button>
        )}
        {past && firstSeq(messages) <= 1 && <PastLines past={past} customerName={customerName} within={conversationId} />}
        <DayedMessages {...{ messages, customerName, customerRead, knownTo, lit }} />
        {typing && <Typing />}
      </div>
      {away && (
        <Button className={styles.newest} size="small" shape="round" icon={<ArrowDownOutlined />} onClick={toNewest} data-testid="to-newest">
          {missed > 0 ? t("chat.new_messages", { count: missed }) : t("chat.newest")}
        </Button>
      )}
    </div>
  );
}

interface Dayed extends Pick<Props, "messages" | "customerName" | "customerRead"> {
  knownTo: number;
  lit: number | null;
}

function DayedMessages({ messages, customerName, customerRead, knownTo, lit }: Dayed) {
  const locale = useLocale();
  const lastOwn = messages.filter((message) => message.role === "agent").pop()?.seq ?? 0;
  const firstNew = knownTo > 0 ? messages.find((message) => message.seq > knownTo && message.role === "customer")?.seq : undefined;
  return (
    <ol>
      {messages.map((message, index) => {
        const before = messages[index - 1];
        const newDay = !before || dayOf(before.at) !== dayOf(message.at);
        return (
          <Fragment key={message.seq}>
            {newDay && <li className={styles.day}>{dayLabel(message.at, locale)}</li>}
            {message.seq === firstNew && (
              <li className={styles.fresh} data-testid="new-lines">
                {locale.t("chat.new_lines")}
              </li>
            )}
            <MessageBubble
              message={message}
              customerName={customerName}
              isRead={message.seq === lastOwn && customerRead >= lastOwn}
              isLit={message.seq === lit}
            />
          </Fragment>
        );
      })}
    </ol>
  );
}

/** Brings the line into view once it is there, and says for a moment which one it is. */
function useJump(ref: React.RefObject<HTMLDivElement>, jump: Jump | null): number | null {
  const [lit, setLit] = useState<number | null>(null);
  useEffect(() => {
    if (!jump) return;
    ref.current?.querySelector(`[data-own-seq="${jump.seq}"]`)?.scrollIntoView({ block: "center" });
    setLit(jump.seq);
    const timer = setTimeout(() => setLit(null), 2500);
    return () => clearTimeout(timer);
  }, [ref, jump]);
  return lit;
}

function useBusy(act: () => Promise<void>): { busy: boolean; run: () => void } {
  const [busy, setBusy] = useState(false);
  const run = () => {
    if (busy) return;
    setBusy(true);
    void act().finally(() => setBusy(false));
  };
  return { busy, run };
}

function Typing() {
  const { t } = useLocale();
  return (
    <p className={styles.typing} data-testid="customer-typing">
      <i />
      <i />
      <i />
      {t("chat.typing")}
    </p>
  );
}
