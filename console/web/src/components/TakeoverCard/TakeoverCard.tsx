/** What an agent must know in one look, in twelve lines at most: who, what, how it stands, and three next steps. */
import { CheckCircleFilled, IdcardOutlined, InfoCircleOutlined, WarningFilled } from "@ant-design/icons";
import type { ReactNode } from "react";

import type { TakeoverCard as Card } from "../../api/types";
import { useLocale } from "../../locale/locale";
import { useCustomer } from "../Customer/CustomerContext";
import { EmptyState } from "../EmptyState/EmptyState";
import { maskText } from "../../state/mask";
import { Masked } from "../Masked/Masked";
import { shortMoment, systemLine, triedLine } from "./cardLines";
import { NextSteps } from "./NextSteps";
import styles from "./TakeoverCard.module.css";

export function TakeoverCard({ card }: { card: Card | null }) {
  const { t } = useLocale();
  if (!card) return <EmptyState icon={<IdcardOutlined />} title={t("card.title")} hint={t("takeover.none")} />;
  return (
    <section className={styles.card} data-testid="takeover-card" aria-label={t("card.title")}>
      <Who card={card} />
      <Signs card={card} />
      <dl className={styles.lines}>
        <Matter card={card} />
        <Standing card={card} />
        <Past card={card} />
      </dl>
      <NextSteps first={card.steps} />
    </section>
  );
}

/** One line; what does not fit is read by pointing at it. */
function Line({ label, title, children }: { label: string; title?: string; children: ReactNode }) {
  return (
    <div className={styles.line}>
      <dt>{label}</dt>
      <dd title={title}>{children}</dd>
    </div>
  );
}

function Who({ card: { who } }: { card: Card }) {
  const { t } = useLocale();
  const accounts = who.accounts.map(({ tail, address_masked: place }) => `${t("takeover.account", { tail })} ${place}`);
  return (
    <div className={styles.who}>
      <b>{who.display_name}</b>
      <span className={styles.verified} data-level={who.verified}>
        {who.verified === "none" ? <InfoCircleOutlined /> : <CheckCircleFilled />} {t(`verified.${who.verified}`)}
      </span>
      <span className={styles.accounts} title={accounts.join("\n")}>
        {accounts[0] ?? t("takeover.no_accounts")}
        {accounts.length > 1 && ` +${accounts.length - 1}`}
      </span>
    </div>
  );
}

function Signs({ card: { risks, mood } }: { card: Card }) {
  const { word } = useLocale();
  if (risks.length === 0 && !mood) return null;
  return (
    <div className={styles.signs}>
      <ul className={styles.risks} data-testid="risks">
        {risks.map((risk) => (
          <li key={risk}>
            <WarningFilled /> {word("risk", risk)}
          </li>
        ))}
      </ul>
      {mood && (
        <span className={styles.mood} data-mood={mood} data-testid="mood">
          {word("mood", mood)}
        </span>
      )}
    </div>
  );
}

/** What they want, said last, and told so far. */
function Matter({ card }: { card: Card }) {
  const { t, word } = useLocale();
  const asked = maskText(card.asked);
  const known = card.slots.map(({ label, value }) => `${label} ${value}`).join(" · ");
  return (
    <>
      {card.intent && (
        <Line label={t("takeover.want")}>
          <b>{word("intent", card.intent)}</b>
        </Line>
      )}
      {asked && (
        <Line label={t("takeover.said")} title={asked}>
          <q>
            <Masked field="asked" shown={asked} />
          </q>
        </Line>
      )}
      {known && (
        <Line label={t("takeover.known")} title={known}>
          {card.slots.map(({ name, label, value }, at) => (
            <span key={name}>
              {at > 0 && " · "}
              {label} <Masked field={`slot:${name}`} shown={value} />
            </span>
          ))}
        </Line>
      )}
      {!card.intent && !known && !asked && <p className={styles.nothing}>{t("takeover.nothing")}</p>}
    </>
  );
}

/** What the bot tried, and what the system says. */
function Standing({ card }: { card: Card }) {
  const locale = useLocale();
  const { customer, loading } = useCustomer();
  const tried = triedLine(card, locale).join(" · ");
  const system = systemLine(card, customer, locale).join(" · ");
  const silent = customer && !customer.accounts.value ? locale.t("takeover.system_silent") : "";
  const shown = [system, silent].filter(Boolean).join(" · ") || (loading ? locale.t("takeover.asking") : "");
  return (
    <>
      {tried && (
        <Line label={locale.t("takeover.tried")} title={tried}>
          {tried}
        </Line>
      )}
      {shown && (
        <Line label={locale.t("takeover.system")} title={shown}>
          <span data-testid="card-system">{shown}</span>
        </Line>
      )}
    </>
  );
}

function Past({ card: { promises, last } }: { card: Card }) {
  const { t, word } = useLocale();
  const promised = promises.map(({ text, at }) => `${text} ${at && shortMoment(at)}`.trim());
  const ended = last && [last.agent, shortMoment(last.at), word("past_state", last.state), last.note].filter(Boolean).join(" · ");
  return (
    <>
      {promised.length > 0 && (
        <Line label={t("takeover.promised")} title={promised.join("\n")}>
          {promised.join(" · ")}
        </Line>
      )}
      {ended && (
        <Line label={t("takeover.last")} title={ended}>
          {ended}
        </Line>
      )}
    </>
  );
}
