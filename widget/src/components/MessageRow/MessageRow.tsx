/** One line of the conversation, by whose voice it is. */

import { memo } from "react";
import { Bubble, SystemMessage } from "@chatui/core";
import { useInnerLanguage } from "../../page/use_look";
import { useLocale, type Locale } from "../../locales/locale";
import type { Message } from "../../connection/wire";
import { ChatCard } from "../ChatCard/ChatCard";
import { AgentAvatar, BotAvatar } from "../Icons/Icons";
import { isMedia, MediaLine } from "../Media/Media";
import type { LineTraits } from "../MessageList/timeline";
import { UsedReplies } from "../QuickReplies/UsedReplies";
import { Survey } from "../Survey/Survey";
import { Thumbs } from "../Thumbs/Thumbs";
import { MessageText } from "./MessageText";
import "./message_row.css";

export interface MessageRowProps {
  message: Message;
  /** The first of several lines of one voice shows who speaks. */
  isFirst: boolean;
}

type RowProps = MessageRowProps & LineTraits;

/** Draws a message that has its place in the conversation. */
export const MessageRow = memo(function MessageRow(props: RowProps): JSX.Element {
  const { message, isFirst } = props;
  const { role, seq } = message;

  return (
    <div className={`row row-${role}`} data-testid="message" data-role={role} data-seq={seq} data-first={isFirst}>
      {role === "system" ? <Told message={message} /> : <Spoken {...props} />}
    </div>
  );
});

function Told({ message }: { message: Message }): JSX.Element {
  const inner = useInnerLanguage();
  return (
    <div className="row-told">
      <div lang={inner}>
        <SystemMessage content={message.text} />
      </div>
      {message.survey && <Survey seq={message.seq} at={message.at} />}
    </div>
  );
}

function Spoken({ message, isFirst, chosen, endsTurn, mark }: RowProps): JSX.Element {
  const locale = useLocale();
  const inner = useInnerLanguage();
  const isOwn = message.role === "customer";
  const name = speakerName(locale, message);

  return (
    <>
      {!isOwn && <span className="row-avatar">{isFirst && <Face message={message} name={name} />}</span>}
      <div className="row-content">
        {isFirst && !isOwn ? <Speaker message={message} name={name} /> : <span className="unseen">{name}</span>}
        {isMedia(message) ? <MediaLine content={message} /> : message.text && <Words text={message.text} lang={isOwn ? undefined : inner} />}
        {message.card && <ChatCard card={message.card} />}
        {chosen !== undefined && message.buttons && <UsedReplies choices={message.buttons} chosen={chosen} lang={inner} />}
        {endsTurn && <Thumbs seq={message.seq} />}
        {mark && <Mark mark={mark} />}
      </div>
    </>
  );
}

function Mark({ mark }: { mark: "delivered" | "read" }): JSX.Element {
  const { message } = useLocale();
  return (
    <span className="row-mark" data-testid="mark" data-mark={mark}>
      {message[mark]}
    </span>
  );
}

function Words({ text, lang }: { text: string; lang: string | undefined }): JSX.Element {
  return (
    <Bubble type="text">
      <span lang={lang}>
        <MessageText text={text} />
      </span>
    </Bubble>
  );
}

function Face({ message, name }: { message: Message; name: string }): JSX.Element {
  return message.role === "agent" ? <AgentAvatar name={name} /> : <BotAvatar />;
}

function Speaker({ message, name }: { message: Message; name: string }): JSX.Element {
  const locale = useLocale();
  return (
    <p className="row-speaker">
      {name}
      {message.role === "agent" && <span className="badge badge-agent">{locale.message.agentBadge}</span>}
    </p>
  );
}

/** Whose words a message is. */
export function speakerName(locale: Locale, message: Message): string {
  if (message.role === "system") return locale.message.system;
  if (message.role === "customer") return locale.message.self;
  if (message.role === "agent") return message.agent?.name ?? locale.message.agentUnnamed;
  return locale.message.bot;
}
