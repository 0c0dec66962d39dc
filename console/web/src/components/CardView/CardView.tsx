/** A card the customer got, as the agent sees it: to read, not to press. */
import { AuditOutlined, FileTextOutlined, ThunderboltOutlined } from "@ant-design/icons";

import type { MessageCard } from "../../api/types";
import { useLocale } from "../../locale/locale";
import styles from "./CardView.module.css";

const ICONS: Record<string, typeof FileTextOutlined> = { bill: FileTextOutlined, order: AuditOutlined, outage: ThunderboltOutlined };

export function CardView({ card }: { card: MessageCard }) {
  const { word } = useLocale();
  const Icon = ICONS[card.kind] ?? FileTextOutlined;
  return (
    <section className={styles.card} aria-label={word("card", card.kind)}>
      <h3 className={styles.title}>
        <Icon /> {card.title}
      </h3>
      <dl className={styles.rows}>
        {card.rows.map((row, index) => (
          <div key={index}>
            <dt>{row.label}</dt>
            <dd>{row.value}</dd>
          </div>
        ))}
        {card.total && (
          <div className={styles.total}>
            <dt>{card.total.label}</dt>
            <dd>{card.total.value}</dd>
          </div>
        )}
      </dl>
      {card.note && <p className={styles.note}>{card.note}</p>}
    </section>
  );
}
