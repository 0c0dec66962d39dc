/** The middle column: who this is, what was said, and where the agent answers. */
import { CommentOutlined, WarningOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";

import type { Agent, Summary } from "../../api/types";
import { useLocale } from "../../locale/locale";
import type { Mode } from "../../state/drafts";
import { openThread, type DeskState, type Thread } from "../../state/model";
import { serves } from "../../state/roles";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import { ChatActions, type ConversationActs } from "../ChatActions/ChatActions";
import { Composer } from "../Composer/Composer";
import { EmptyState } from "../EmptyState/EmptyState";
import { Transcript } from "../Transcript/Transcript";
import styles from "./Chat.module.css";

interface Props {
  state: DeskState;
  acts: ConversationActs;
  onRetry: (id: string) => void;
  onEarlier: (id: string) => Promise<void>;
  onSend: (id: string, mode: Mode, clientId: string, text: string) => Promise<void>;
  onTyping: (id: string, on: boolean) => void;
}

export function Chat(props: Props) {
  const { state } = props;
  const thread = openThread(state);
  return <main className={styles.column}>{thread ? <OpenChat {...props} thread={thread} /> : <NoChat {...props} />}</main>;
}

function OpenChat({ state, acts, thread, onEarlier, onSend, onTyping }: Props & { thread: Thread }) {
  const { conversation } = thread;
  const { id } = conversation;
  return (
    <>
      <ChatHead me={state.me} conversation={conversation} acts={acts} />
      <Transcript
        key={`transcript-${id}`}
        messages={thread.messages}
        customerName={conversation.display_name}
        customerRead={conversation.customer_read}
        typing={state.typing[id] ?? false}
        onEarlier={() => onEarlier(id)}
      />
      {serves(state.me) && (
        <Composer
        key={`composer-${id}`}
        me={state.me}
        conversation={conversation}
        online={state.connection === "online"}
        onSend={(mode, clientId, text) => onSend(id, mode, clientId, text)}
        onTyping={(on) => onTyping(id, on)}
        />
      )}
    </>
  );
}

function ChatHead({ me, conversation, acts }: { me: Agent; conversation: Summary; acts: ConversationActs }) {
  const { t, word } = useLocale();
  const { owner, agent, escalation } = conversation;
  const name = agent?.id === me.id ? t("owner.mine") : t("owner.agent", { name: agent?.name ?? "" });
  return (
    <header className={styles.head}>
      <div className={styles.who}>
        <h2>{conversation.display_name}</h2>
        <p>
          <ChannelIcon channel={conversation.channel} /> {word("channel", conversation.channel)}
          <span className={styles.owner} data-owner={owner} data-testid="owner-state">
            {owner === "agent" ? name : t(`owner.${owner}`)}
          </span>
          {escalation && (
            <span className={styles.reason}>
              {word("skill", escalation.skill)} · {word("reason", escalation.reason)}
            </span>
          )}
        </p>
      </div>
      {serves(me) && <ChatActions key={conversation.id} me={me} conversation={conversation} acts={acts} />}
    </header>
  );
}

function NoChat({ state, onRetry }: Props) {
  const { t } = useLocale();
  const { openId, openError } = state;
  if (openId === null) return <EmptyState icon={<CommentOutlined />} title={t("chat.none")} hint={t("chat.none_hint")} />;
  if (openError === null) return <Loading />;
  return (
    <EmptyState icon={<WarningOutlined />} title={t("chat.unreadable")} hint={t(openError)}>
      <Button onClick={() => onRetry(openId)}>{t("chat.retry")}</Button>
    </EmptyState>
  );
}

function Loading() {
  return (
    <div className={styles.loading} aria-busy="true">
      <Skeleton active title={{ width: 160 }} paragraph={{ rows: 1, width: 240 }} />
      <Skeleton active avatar title={false} paragraph={{ rows: 2, width: ["60%", "40%"] }} />
      <Skeleton active avatar title={false} paragraph={{ rows: 2, width: ["50%", "30%"] }} />
    </div>
  );
}
