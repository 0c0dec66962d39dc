/** What an agent must know in thirty seconds: who, what they want, what is dangerous, what was promised. */
import { CheckCircleFilled, IdcardOutlined, InfoCircleOutlined, WarningFilled } from "@ant-design/icons";
import type { ReactNode } from "react";

import type { TakeoverCard as Card } from "../../api/types";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import { EmptyState } from "../EmptyState/EmptyState";
import { Masked } from "../Masked/Masked";
import styles from "./TakeoverCard.module.css";

export function TakeoverCard({ card }: { card: Card | null }) {
  const { t } = useLocale();
  if (!card) return <EmptyState icon={<IdcardOutlined />} title={t("card.title")} hint={t("takeover.none")} />;
  return (
    <section className={styles.card} data-testid="takeover-card" aria-label={t("card.title")}>
      <Who card={card} />
      {card.asked && (
        <Part title={t("takeover.asked")}>
          <blockquote className={styles.asked}>
            <Masked field="asked" shown={card.asked} />
          </blockquote>
        </Part>
      )}
      <Wanted card={card} />
      <Promises card={card} />
      <Accounts card={card} />
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.part}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

function Who({ card }: { card: Card }) {
  const { t, word } = useLocale();
  const { who, risks } = card;
  return (
    <div className={styles.who}>
      <div className={styles.name}>
        <b>{who.display_name}</b>
        <span className={styles.verified} data-level={who.verified}>
          {who.verified === "none" ? <InfoCircleOutlined /> : <CheckCircleFilled />} {t(`verified.${who.verified}`)}
        </span>
      </div>
      {risks.length > 0 && (
        <ul className={styles.risks} data-testid="risks">
          {risks.map((risk) => (
            <li key={risk}>
              <WarningFilled /> {word("risk", risk)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Intent, slots and work orders; an honest word when the bot learned nothing. */
function Wanted({ card }: { card: Card }) {
  const { t, word } = useLocale();
  const empty = !card.intent && card.slots.length === 0 && card.orders.length === 0;
  if (empty) return <p className={styles.nothing}>{t("takeover.nothing")}</p>;
  return (
    <>
      {card.intent && (
        <Part title={t("takeover.intent")}>
          <p className={styles.intent}>{word("intent", card.intent)}</p>
        </Part>
      )}
      {card.slots.length > 0 && (
        <Part title={t("takeover.slots")}>
          <dl className={styles.slots}>
            {card.slots.map((slot) => (
              <div key={slot.name}>
                <dt>{slot.label}</dt>
                <dd>
                  <Masked field={`slot:${slot.name}`} shown={slot.value} />
                </dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
      {card.orders.length > 0 && (
        <Part title={t("takeover.orders")}>
          <ul className={styles.orders}>
            {card.orders.map((order) => (
              <li key={order}>{order}</li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

function Promises({ card }: { card: Card }) {
  const { t } = useLocale();
  if (card.promises.length === 0) return null;
  return (
    <Part title={t("takeover.promises")}>
      <ul className={styles.promises}>
        {card.promises.map((promise, index) => (
          <li key={index}>
            {promise.text} <time>{`${dayOf(promise.at).slice(5)} ${clockTime(promise.at)}`}</time>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Accounts({ card }: { card: Card }) {
  const { t } = useLocale();
  const { accounts } = card.who;
  return (
    <Part title={t("takeover.accounts")}>
      {accounts.length === 0 && <p className={styles.nothing}>{t("takeover.no_accounts")}</p>}
      <ul className={styles.accounts}>
        {accounts.map((account) => (
          <li key={account.tail}>
            <b>{t("takeover.account", { tail: account.tail })}</b>
            <span>{account.address_masked}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}
