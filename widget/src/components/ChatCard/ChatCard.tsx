/** A bill, a work order or an outage as a card; the meaning of its rows is the server's business. */

import { Card } from "@chatui/core";
import { useLocale } from "../../locales/locale";
import type { Card as CardContent } from "../../connection/wire";
import { Icon } from "../Icons/Icons";
import "./chat_card.css";

/** Draws one card. */
export function ChatCard({ card }: { card: CardContent }): JSX.Element {
  const locale = useLocale();

  return (
    <Card className="chat-card" data-testid="card" data-kind={card.kind}>
      <div className="chat-card-head">
        <span className="chat-card-icon">
          <Icon name={card.kind} />
        </span>
        <div>
          <span className="chat-card-kind">{locale.card[card.kind]}</span>
          <p className="chat-card-title">{card.title}</p>
        </div>
      </div>
      <dl className="chat-card-rows">
        {card.rows.map((row, index) => (
          <div key={index}>
            <dt>{row.label}</dt>
            <dd>{row.value}</dd>
          </div>
        ))}
      </dl>
      {card.total && (
        <p className="chat-card-total">
          <span>{card.total.label}</span>
          <strong>{card.total.value}</strong>
        </p>
      )}
      {card.note && <p className="chat-card-note">{card.note}</p>}
    </Card>
  );
}
