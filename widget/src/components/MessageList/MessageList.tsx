/** The conversation: its lines, who is typing, the open choices and the way back to the newest line. */

import { useEffect, useMemo, useState } from "react";
import { Button, Typing } from "@chatui/core";
import type { ChatSnapshot } from "../../connection/chat_connection";
import type { Button as Choice } from "../../connection/wire";
import { fill, useLocale } from "../../locales/locale";
import { Announcer } from "../Announcer/Announcer";
import { AgentAvatar, BotAvatar, Icon } from "../Icons/Icons";
import { MessageRow } from "../MessageRow/MessageRow";
import { UnsentRow } from "../MessageRow/UnsentRow";
import { QuickReplies } from "../QuickReplies/QuickReplies";
import { Welcome } from "../Welcome/Welcome";
import { buildTimeline, formatDay, formatTime, openChoices, type TimelineEntry } from "./timeline";
import { useScrollFollow } from "./use_scroll_follow";
import "./message_list.css";

export interface MessageListProps {
  chat: ChatSnapshot;
  isWatched: boolean;
  /** The operator's own first sentence, if the embedding page has one. */
  greeting?: string | null;
  onPress(choice: Choice): void;
  onRetry(clientId: string): void;
  onSeen(): void;
  onOlder(): void;
}

/** Draws the conversation. */
export function MessageList({ chat, isWatched, greeting = null, onPress, onRetry, onSeen, onOlder }: MessageListProps): JSX.Element {
  const locale = useLocale();
  const { messages, unsent, typing, agentRead } = chat;
  const timeline = useMemo(() => buildTimeline(messages, unsent, agentRead), [messages, unsent, agentRead]);
  const choices = useMemo(() => openChoices(messages, unsent), [messages, unsent]);
  const hasOlder = !chat.isWhole && (messages[0]?.seq ?? 1) > 1;
  const onTop = hasOlder && chat.past === "idle" ? onOlder : undefined;
  const { scroller, isAtBottom, onScroll, toBottom } = useScrollFollow(chat, unsent.length, messages[0]?.seq, onTop);
  const unread = useUnread(chat, isWatched && isAtBottom, onSeen);

  return (
    <div className="list-frame">
      <div className="list" ref={scroller} onScroll={onScroll} role="region" aria-label={locale.page.chat} tabIndex={0} data-testid="list">
        {!hasOlder && !messages.some((message) => message.role === "customer") && <Welcome greeting={greeting} />}
        {hasOlder && <OlderButton past={chat.past} onOlder={onOlder} />}
        {timeline.map((entry) => (
          <Entry key={entry.key} entry={entry} isOnline={chat.phase === "online"} onRetry={onRetry} />
        ))}
        {typing && <TypingRow role={typing} name={chat.agent?.name ?? null} />}
        {choices.length > 0 && chat.owner !== "agent" && <QuickReplies choices={choices} onPress={onPress} />}
      </div>
      <Announcer messages={messages} historySeq={chat.historySeq} />
      {!isAtBottom && <JumpButton unread={unread} onClick={toBottom} />}
    </div>
  );
}

/** Counts the lines below the fold, and tells the connection once they are seen. */
function useUnread(chat: ChatSnapshot, isSeeing: boolean, onSeen: () => void): number {
  const [seenSeq, setSeenSeq] = useState(0);
  const isOnline = chat.phase === "online";

  useEffect(() => {
    if (!isSeeing) return;
    setSeenSeq(chat.lastSeq);
    if (isOnline) onSeen();
  }, [isSeeing, isOnline, chat.lastSeq, onSeen]);

  const seen = Math.max(seenSeq, chat.customerRead);
  return chat.messages.filter((message) => message.seq > seen && message.role !== "customer").length;
}

function OlderButton({ past, onOlder }: { past: ChatSnapshot["past"]; onOlder(): void }): JSX.Element {
  const { message } = useLocale();
  const words = { idle: message.older, loading: message.olderLoading, failed: message.olderFailed };
  return (
    <button type="button" className="older" data-testid="older" data-past={past} aria-disabled={past === "loading"} onClick={onOlder}>
      {words[past]}
    </button>
  );
}

interface EntryProps {
  entry: TimelineEntry;
  isOnline: boolean;
  onRetry(clientId: string): void;
}

function Entry({ entry, isOnline, onRetry }: EntryProps): JSX.Element {
  const locale = useLocale();
  switch (entry.kind) {
    case "day":
      return (
        <p className="separator separator-day">
          <span>{`${formatDay(entry.at, new Date(), locale.time)} ${formatTime(entry.at)}`}</span>
        </p>
      );
    case "time":
      return (
        <p className="separator">
          <span>{formatTime(entry.at)}</span>
        </p>
      );
    case "message":
      return <MessageRow message={entry.message} isFirst={entry.isFirst} {...entry.more} />;
    case "unsent":
      return <UnsentRow item={entry.item} isFirst={entry.isFirst} isOnline={isOnline} onRetry={onRetry} />;
  }
}

function TypingRow({ role, name }: { role: "bot" | "agent"; name: string | null }): JSX.Element {
  const { message } = useLocale();
  const agentName = name ?? message.agentUnnamed;
  return (
    <div className={`row row-${role} row-typing`} data-testid="typing" data-first="true">
      <span className="row-avatar">{role === "agent" ? <AgentAvatar name={agentName} /> : <BotAvatar />}</span>
      <div className="row-content">
        <span className="unseen">{role === "agent" ? fill(message.agentTyping, { name: agentName }) : message.botTyping}</span>
        <Typing />
      </div>
    </div>
  );
}

function JumpButton({ unread, onClick }: { unread: number; onClick(): void }): JSX.Element {
  const { message } = useLocale();
  const label = unread > 0 ? fill(message.newCount, { count: unread }) : message.toBottom;
  return (
    <Button className="jump" data-testid="jump" data-unread={unread} aria-label={label} onClick={onClick}>
      {unread > 0 && (
        <>
          <span>{message.newMessages}</span>
          <span className="jump-count">{unread > 99 ? "99+" : unread}</span>
        </>
      )}
      <Icon name="down" />
    </Button>
  );
}
