/** The head of the chat: who serves, whether the line holds, and the way to a person. */

import type { ReactNode } from "react";
import { Button } from "@chatui/core";
import type { ChatSnapshot } from "../../connection/chat_connection";
import { fill, useLocale, type Locale } from "../../locales/locale";
import { AgentAvatar, BotAvatar, Icon, StarRiver } from "../Icons/Icons";
import "./header.css";

export interface HeaderProps {
  chat: ChatSnapshot;
  title: string | null;
  onHuman(): void;
  onClose: (() => void) | null;
  /** What stands between the way to a person and the way out. */
  tools?: ReactNode;
}

/** Says in one line who serves the customer now. */
export function statusLine(locale: Locale, chat: ChatSnapshot): string {
  if (chat.phase !== "online") return locale.status[chat.phase];
  if (chat.owner === "queue") return locale.status.queue;
  if (chat.owner !== "agent") return locale.status.online;
  return chat.agent ? fill(locale.status.agent, { name: chat.agent.name }) : locale.status.agentUnnamed;
}

/** Draws the head. */
export function Header({ chat, title, onHuman, onClose, tools }: HeaderProps): JSX.Element {
  const locale = useLocale();
  const agent = chat.owner === "agent" ? chat.agent : null;

  return (
    <header className="header">
      <StarRiver />
      {agent ? <AgentAvatar name={agent.name} /> : <BotAvatar />}
      <div className="header-names">
        <h1>{title ?? <HeaderTitle locale={locale} />}</h1>
        <p className="status" role="status" data-testid="status" data-phase={chat.phase} data-owner={chat.owner}>
          <i className="status-dot" aria-hidden="true" />
          <span className="status-text">{statusLine(locale, chat)}</span>
        </p>
      </div>
      {chat.owner !== "agent" && (
        <Button className="header-human" data-testid="human-button" disabled={chat.owner === "queue"} onClick={onHuman}>
          <Icon name="person" />
          {locale.header.human}
        </Button>
      )}
      {tools}
      {onClose && (
        <Button className="header-close" aria-label={locale.header.close} onClick={onClose}>
          <Icon name="close" />
        </Button>
      )}
    </header>
  );
}

function HeaderTitle({ locale }: { locale: Locale }): JSX.Element {
  return (
    <>
      <span className="header-company">{locale.header.company}</span> <span>{locale.header.service}</span>
    </>
  );
}
