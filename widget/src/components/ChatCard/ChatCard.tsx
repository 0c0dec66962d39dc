/** A bill, a work order, an outage or the like as a card; the meaning of its rows is the server's business. */

import { Card } from "@chatui/core";
import { useInnerLanguage } from "../../page/use_look";
import { useLocale } from "../../locales/locale";
import type { Card as CardContent } from "../../connection/wire";
import { Chart } from "../Chart/Chart";
import { Icon, type IconName } from "../Icons/Icons";
import "./chat_card.css";

const ICONS: Record<string, IconName> = { bill: "bill", order: "order", outage: "outage" };

/** Draws one card. */
export function ChatCard({ card }: { card: CardContent }): JSX.Element {
  const locale = useLocale();
  const inner = useInnerLanguage();
  const names: Record<string, string> = locale.card;

  return (
    <Card className="chat-card" data-testid="card" data-kind={card.kind}>
      <div className="chat-card-head">
        <span className="chat-card-icon">
          <Icon name={ICONS[card.kind] ?? "work"} />
        </span>
        <div>
          <span className="chat-card-kind">{names[card.kind] ?? locale.card.other}</span>
          <p className="chat-card-title" lang={inner}>{card.title}</p>
        </div>
      </div>
      <dl className="chat-card-rows" lang={inner}>
        {card.rows.map((row, index) => (
          <div key={index}>
            <dt>{row.label}</dt>
            <dd>{row.value}</dd>
          </div>
        ))}
      </dl>
      {card.chart && <Chart figures={card.chart} />}
      {card.total && (
        <p className="chat-card-total" lang={inner}>
          <span>{card.total.label}</span>
          <strong>{card.total.value}</strong>
        </p>
      )}
      {card.note && <p className="chat-card-note" lang={inner}>{card.note}</p>}
    </Card>
  );
}
