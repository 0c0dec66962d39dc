/** An earlier conversation to read, beside the one that runs; nothing can be written there. */
import { Drawer, Skeleton } from "antd";
import { useEffect, useState } from "react";

import type { PastChat } from "../../api/panel";
import { useLocale } from "../../locale/locale";
import { refusalText } from "../../panel/refusal";
import { useCustomer } from "../Customer/CustomerContext";
import { NO_PAST } from "../../state/past";
import { Transcript } from "../Transcript/Transcript";
import styles from "./History.module.css";

interface Props {
  id: string;
  onClose: () => void;
}

export function PastChatDrawer({ id, onClose }: Props) {
  const locale = useLocale();
  const { t, word } = locale;
  const { calls, conversation } = useCustomer();
  const [chat, setChat] = useState<PastChat | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    calls.past(conversation.id, id).then(setChat, setFailure);
  }, [calls, conversation.id, id]);
  const there = chat?.conversation;
  const title = there
    ? t("history.reading", { channel: word("channel", there.channel), name: there.display_name })
    : t("history.title");
  return (
    <Drawer open title={title} width={560} onClose={onClose} extra={<small>{t("history.audited")}</small>} data-testid="past-chat">
      {failure !== null && <p className={styles.trouble}>{refusalText(failure, locale)}</p>}
      {!chat && failure === null && <Skeleton active />}
      {chat && (
        <div className={styles.past}>
          <Transcript
            conversationId={id}
            messages={chat.messages}
            customerName={chat.conversation.display_name}
            customerRead={chat.conversation.customer_read}
            typing={false}
            past={NO_PAST}
            onEarlier={() => Promise.resolve()}
            onHistory={() => Promise.resolve()}
          />
        </div>
      )}
    </Drawer>
  );
}
