/** The transcript of the open conversation: by `seq`, by day, and at the newest line unless the agent scrolled away. */
import { ArrowDownOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Fragment, useState } from "react";

import type { Message } from "../../api/types";
import { useLocale } from "../../locale/locale";
import { dayLabel, dayOf } from "../../locale/when";
import { firstSeq } from "../../state/messages";
import { MessageBubble } from "../MessageBubble/MessageBubble";
import styles from "./Transcript.module.css";
import { useStickToNewest } from "./useStickToNewest";

interface Props {
  messages: readonly Message[];
  customerName: string;
  /** The greatest `seq` the customer has read. */
  customerRead: number;
  typing: boolean;
  onEarlier: () => Promise<void>;
}

export function Transcript({ messages, customerName, customerRead, typing, onEarlier }: Props) {
  const { t } = useLocale();
  const { ref, missed, away, onScroll, toNewest } = useStickToNewest(messages, typing);
  return (
    <div className={styles.frame}>
      <div className={styles.scroll} ref={ref} onScroll={onScroll} role="log" aria-label={t("chat.log")} tabIndex={0}>
        {messages.length === 0 && <p className={styles.none}>{t("chat.no_messages")}</p>}
        {firstSeq(messages) > 1 && <Earlier onEarlier={onEarlier} />}
        <DayedMessages messages={messages} customerName={customerName} customerRead={customerRead} />
        {typing && <Typing />}
      </div>
      {away && (
        <Button className={styles.newest} size="small" shape="round" icon={<ArrowDownOutlined />} onClick={toNewest}>
          {missed > 0 ? t("chat.new_messages", { count: missed }) : t("chat.newest")}
        </Button>
      )}
    </div>
  );
}

function DayedMessages({ messages, customerName, customerRead }: Pick<Props, "messages" | "customerName" | "customerRead">) {
  const locale = useLocale();
  const lastOwn = messages.filter((message) => message.role === "agent").pop()?.seq ?? 0;
  return (
    <ol>
      {messages.map((message, index) => {
        const before = messages[index - 1];
        const newDay = !before || dayOf(before.at) !== dayOf(message.at);
        return (
          <Fragment key={message.seq}>
            {newDay && <li className={styles.day}>{dayLabel(message.at, locale)}</li>}
            <MessageBubble
              message={message}
              customerName={customerName}
              isRead={message.seq === lastOwn && customerRead >= lastOwn}
            />
          </Fragment>
        );
      })}
    </ol>
  );
}

function Earlier({ onEarlier }: Pick<Props, "onEarlier">) {
  const { t } = useLocale();
  const [busy, setBusy] = useState(false);
  const read = () => {
    setBusy(true);
    void onEarlier().finally(() => setBusy(false));
  };
  return (
    <Button type="link" size="small" block loading={busy} onClick={read} data-testid="earlier">
      {t("chat.earlier")}
    </Button>
  );
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
