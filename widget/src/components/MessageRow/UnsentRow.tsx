/** A line of the customer the server has not acknowledged yet. */

import { Bubble } from "@chatui/core";
import { explainProblem, fill, useLocale, type Locale } from "../../locales/locale";
import { contentOf } from "../../connection/conversation";
import type { OutboxItem } from "../../connection/outbox";
import { Icon } from "../Icons/Icons";
import { isMedia, MediaLine } from "../Media/Media";
import { MessageText } from "./MessageText";
import "./message_row.css";

export interface UnsentRowProps {
  item: OutboxItem;
  isFirst: boolean;
  /** Without a line to the server nothing is lost: it is sent once there is one. */
  isOnline: boolean;
  onRetry(clientId: string): void;
}

/** Draws the line with its clock, or with the way to send it again. */
export function UnsentRow({ item, isFirst, isOnline, onRetry }: UnsentRowProps): JSX.Element {
  const locale = useLocale();
  const { frame, state } = item;
  const content = contentOf(frame);
  const isWaiting = !isOnline && (state === "sending" || state === "late");

  return (
    <div className="row row-customer row-unsent" data-testid="message" data-role="customer" data-state={state} data-first={isFirst}>
      <div className="row-content">
        <span className="unseen">{locale.message.self}</span>
        {isMedia(content) ? (
          <MediaLine content={content} />
        ) : (
          <Bubble type="text">
            <MessageText text={content.text} />
          </Bubble>
        )}
        {isWaiting ? (
          <span className="row-waiting" data-testid="waiting">
            <Icon name="clock" /> {locale.message.waiting}
          </span>
        ) : state === "sending" ? (
          <span className="row-sending" role="img" aria-label={locale.message.sending}>
            <Icon name="clock" />
          </span>
        ) : (
          <button type="button" className="row-retry" data-testid="retry" onClick={() => onRetry(frame.client_id)}>
            <Icon name="retry" />
            {retryText(locale, item)}
          </button>
        )}
      </div>
    </div>
  );
}

function retryText(locale: Locale, item: OutboxItem): string {
  if (item.state !== "refused") return locale.message.unsent;
  return fill(locale.message.refused, { reason: explainProblem(locale, item.code ?? "") });
}
