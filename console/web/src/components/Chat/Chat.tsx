/** The middle column: who this is, what was said, and where the agent answers. */
import { CommentOutlined, SearchOutlined, WarningOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { useState } from "react";

import type { Agent, Message, Summary } from "../../api/types";
import { useCommand } from "../../commands/commands";
import { useLocale } from "../../locale/locale";
import type { Mode } from "../../state/drafts";
import { openThread, type DeskState, type Thread } from "../../state/model";
import { serves } from "../../state/roles";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import { ChatActions, type ConversationActs } from "../ChatActions/ChatActions";
import { ChatSearch } from "../ChatSearch/ChatSearch";
import { Composer } from "../Composer/Composer";
import { EmptyState } from "../EmptyState/EmptyState";
import { ChatContext } from "../../hooks/useDeskTools";
import { Transcript, type Jump } from "../Transcript/Transcript";
import { WaitPill } from "../WaitPill/WaitPill";
import styles from "./Chat.module.css";

interface Props {
  state: DeskState;
  acts: ConversationActs;
  onRetry: (id: string) => void;
  onEarlier: (id: string) => Promise<void>;
  onSend: (id: string, mode: Mode, clientId: string, text: string) => Promise<unknown>;
  onTyping: (id: string, on: boolean) => void;
  onHistory: (id: string) => Promise<void>;
  onSearch: (id: string, words: string) => Promise<readonly Message[]>;
  /** Reads backwards until a line is held. */
  onBackTo: (id: string, seq: number) => Promise<void>;
}

export function Chat(props: Props) {
  const { state } = props;
  const thread = openThread(state);
  return (
    <main className={styles.column} data-region="chat" tabIndex={-1}>
      {thread ? <OpenChat key={thread.conversation.id} {...props} thread={thread} /> : <NoChat {...props} />}
    </main>
  );
}

function OpenChat(props: Props & { thread: Thread }) {
  const { state, acts, thread, onEarlier, onHistory, onSend, onTyping } = props;
  const { conversation } = thread;
  const { id } = conversation;
  const { jump, bar, open: openSearch } = useSearch(props);
  return (
    <>
      <ChatHead me={state.me} conversation={conversation} since={state.waits[id]} acts={acts} onSearch={openSearch} />
      {bar}
      <ChatContext.Provider value={conversation}>
      <Transcript
        key={`transcript-${id}`}
        conversationId={id}
        messages={thread.messages}
        customerName={conversation.display_name}
        customerRead={conversation.customer_read}
        typing={state.typing[id] ?? false}
        knownTo={state.knownTo[id]}
        past={state.pasts[id]}
        jump={jump}
        onEarlier={() => onEarlier(id)}
        onHistory={() => onHistory(id)}
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
      </ChatContext.Provider>
    </>
  );
}

/** The search of the open chat, and the line it leads to. */
function useSearch({ thread, onSearch, onBackTo }: Props & { thread: Thread }) {
  const { id } = thread.conversation;
  const [searching, setSearching] = useState(false);
  const [jump, setJump] = useState<Jump | null>(null);
  const open = () => setSearching(true);
  useCommand({ id: "chat.search", titleKey: "command.search", group: "chat", keys: "Alt+KeyS", run: open });
  const bar = searching && (
    <ChatSearch
      onSearch={(words) => onSearch(id, words)}
      onJump={(seq) => void onBackTo(id, seq).then(() => setJump({ seq }))}
      onClose={() => setSearching(false)}
    />
  );
  return { jump, bar, open };
}

interface HeadProps {
  me: Agent;
  conversation: Summary;
  /** Since when the customer waits (page clock, ms). */
  since?: number;
  acts: ConversationActs;
  onSearch: () => void;
}

function ChatHead({ me, conversation, since, acts, onSearch }: HeadProps) {
  const { t, word } = useLocale();
  const { owner, agent, escalation } = conversation;
  const name = agent?.id === me.id ? t("owner.mine") : t("owner.agent", { name: agent?.name ?? t("owner.colleague") });
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
              {[...new Set([word("skill", escalation.skill), word("reason", escalation.reason)])].join(" · ")}
            </span>
          )}
          {since !== undefined && owner === "agent" && (
            <WaitPill since={since} limit_s={conversation.limit_s} amber_s={conversation.amber_s} wordy />
          )}
        </p>
      </div>
      <Button
        type="text"
        icon={<SearchOutlined />}
        aria-label={t("command.search")}
        title={`${t("command.search")} (Alt+S)`}
        onClick={onSearch}
        data-testid="chat-search-button"
      />
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
