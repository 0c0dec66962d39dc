/** The head of the chat: who serves, whether the line holds, the way to a person and to the settings. */

import type { RefObject } from "react";
import { Button } from "@chatui/core";
import type { ChatSnapshot } from "../../connection/chat_connection";
import { fill, useLocale, type Locale } from "../../locales/locale";
import { useLook } from "../../page/use_look";
import { AgentAvatar, BotAvatar, Icon, StarRiver } from "../Icons/Icons";
import "./header.css";

export interface HeaderProps {
  chat: ChatSnapshot;
  title: string | null;
  onHuman(): void;
  /** The button of the settings, to which the focus returns. */
  settingsButton: RefObject<HTMLButtonElement>;
  isSettingsOpen: boolean;
  onSettings(): void;
  onClose: (() => void) | null;
}

/** Says in one line who serves the customer now. */
export function statusLine(locale: Locale, chat: ChatSnapshot): string {
  if (chat.phase !== "online") return locale.status[chat.phase];
  if (chat.owner === "queue") return locale.status.queue;
  if (chat.owner !== "agent") return locale.status.online;
  return chat.agent ? fill(locale.status.agent, { name: chat.agent.name }) : locale.status.agentUnnamed;
}

/** Draws the head. */
export function Header({ chat, title, onHuman, settingsButton, isSettingsOpen, onSettings, onClose }: HeaderProps): JSX.Element {
  const locale = useLocale();
  const { look } = useLook();
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
      {chat.owner !== "agent" && !look.isElder && (
        <Button className="header-human" data-testid="human-button" disabled={chat.owner === "queue"} onClick={onHuman}>
          <Icon name="person" />
          <span>{locale.header.human}</span>
        </Button>
      )}
      <button
        ref={settingsButton}
        type="button"
        className="header-icon"
        aria-label={locale.settings.open}
        title={locale.settings.open}
        aria-haspopup="dialog"
        aria-expanded={isSettingsOpen}
        aria-controls={isSettingsOpen ? "settings" : undefined}
        data-testid="settings-button"
        onClick={onSettings}
      >
        <Icon name="settings" />
      </button>
      {onClose && (
        <button type="button" className="header-icon" aria-label={locale.header.close} title={locale.header.close} data-testid="close-button" onClick={onClose}>
          <Icon name="close" />
        </button>
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
