/** What is asked of the agent, above everything else on the desk: offers with their clock, and transfers both ways. */
import { CheckOutlined, CloseOutlined, SwapOutlined, UndoOutlined } from "@ant-design/icons";
import { App as Antd, Button, Dropdown } from "antd";

import { errorKey } from "../../api/errors";
import type { Offer, Transfer } from "../../api/offers";
import type { Escalation } from "../../api/types";
import { useTick } from "../../hooks/useTick";
import { useLocale } from "../../locale/locale";
import { duration } from "../../locale/when";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import { ReasonPath } from "../ReasonPath/ReasonPath";
import styles from "./Offers.module.css";
import type { OffersState } from "./useOffers";

interface Props {
  offers: OffersState;
  busyId: number | null;
  onAccept: (escalation: Escalation) => void;
  onTake: (transfer: Transfer) => void;
}

const REASONS = ["busy", "not_mine", "break", "other"] as const;

export function Offers({ offers, busyId, onAccept, onTake }: Props) {
  const { t } = useLocale();
  if (offers.offers.length + offers.transfers.length === 0) return null;
  const asked = offers.transfers.filter((one) => !one.mine);
  const given = offers.transfers.filter((one) => one.mine);
  return (
    <section className={styles.stack} aria-label={t("offer.region")} aria-live="assertive" data-testid="offers">
      {offers.offers.map((offer, index) => (
        <OfferCard
          key={offer.escalation.id}
          offer={offer}
          offers={offers}
          first={index === 0}
          busy={busyId === offer.escalation.id}
          onAccept={onAccept}
        />
      ))}
      {asked.map((transfer, index) => (
        <AskedCard
          key={transfer.id}
          transfer={transfer}
          offers={offers}
          first={offers.offers.length === 0 && index === 0}
          onTake={onTake}
        />
      ))}
      {given.map((transfer) => (
        <GivenCard key={transfer.id} transfer={transfer} offers={offers} />
      ))}
    </section>
  );
}

interface OfferCardProps {
  offer: Offer;
  offers: OffersState;
  first: boolean;
  busy: boolean;
  onAccept: (escalation: Escalation) => void;
}

function OfferCard({ offer, offers, first, busy, onAccept }: OfferCardProps) {
  const { t, word } = useLocale();
  const { escalation } = offer;
  const color = `var(--priority-${Math.min(Math.max(escalation.priority, 0), 5)})`;
  const reasons = [...new Set([word("skill", escalation.skill), word("reason", escalation.reason)])].join(" · ");
  return (
    <article className={styles.card} style={{ borderTopColor: color }} data-testid="offer" data-escalation={escalation.id}>
      <header className={styles.head}>
        <span className={styles.kind}>{t("offer.title")}</span>
        <ChannelIcon channel={escalation.channel} />
        <b>{escalation.display_name}</b>
        <span className={styles.tag} style={{ color, borderColor: color }}>
          {word("priority", String(escalation.priority))}
        </span>
        <Countdown left={offer.left_s} readAt={offers.readAt} />
      </header>
      <p className={styles.meta}>
        {reasons} · <Waited waitedS={escalation.waiting_s} readAt={offers.readAt} />
      </p>
      <p className={styles.text}>{escalation.last_text}</p>
      <ReasonPath path={offer.path} />
      <footer className={styles.foot}>
        <Button
          type="primary"
          icon={<CheckOutlined />}
          loading={busy}
          onClick={() => onAccept(escalation)}
          data-testid="offer-accept"
        >
          {t("offer.accept")} {first && <kbd>Alt+Q</kbd>}
        </Button>
        <Decline onDecline={(reason) => offers.decline(escalation.id, reason)} />
      </footer>
    </article>
  );
}

interface AskedCardProps {
  transfer: Transfer;
  offers: OffersState;
  first: boolean;
  onTake: (transfer: Transfer) => void;
}

function AskedCard({ transfer, offers, first, onTake }: AskedCardProps) {
  const { t, word } = useLocale();
  const whom = transfer.skill ? t("transfer.to_skill", { skill: word("skill", transfer.skill) }) : t("transfer.to_you");
  return (
    <article className={styles.card} data-kind="transfer" data-testid="transfer-asked">
      <header className={styles.head}>
        <span className={styles.kind}>
          <SwapOutlined /> {t("transfer.asks", { name: transfer.giver.name })}
        </span>
        <ChannelIcon channel={transfer.channel} />
        <b>{transfer.display_name}</b>
        <Countdown left={transfer.left_s} readAt={offers.readAt} />
      </header>
      <p className={styles.meta}>{whom}</p>
      {transfer.note && <blockquote className={styles.note}>{transfer.note}</blockquote>}
      <p className={styles.text}>{transfer.last_text}</p>
      <footer className={styles.foot}>
        <Button type="primary" icon={<CheckOutlined />} onClick={() => onTake(transfer)} data-testid="transfer-accept">
          {t("transfer.accept")} {first && <kbd>Alt+Q</kbd>}
        </Button>
        <Decline onDecline={(reason) => offers.declineTransfer(transfer.id, reason)} />
      </footer>
    </article>
  );
}

function GivenCard({ transfer, offers }: { transfer: Transfer; offers: OffersState }) {
  const { t, word } = useLocale();
  const { message } = Antd.useApp();
  const whom = transfer.to?.name ?? word("skill", transfer.skill);
  const withdraw = () => offers.withdraw(transfer.id).catch((error: unknown) => void message.error(t(errorKey(error))));
  return (
    <article className={styles.strip} data-testid="transfer-given">
      <SwapOutlined />
      <span className={styles.whom}>{t("transfer.waits", { customer: transfer.display_name, name: whom })}</span>
      <Countdown left={transfer.left_s} readAt={offers.readAt} />
      <Button size="small" icon={<UndoOutlined />} onClick={withdraw} data-testid="transfer-withdraw">
        {t("transfer.withdraw")}
      </Button>
    </article>
  );
}

function Decline({ onDecline }: { onDecline: (reason: string) => Promise<void> }) {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const decline = (reason: string) => {
    onDecline(reason).catch((error: unknown) => void message.error(t(errorKey(error))));
  };
  const items = REASONS.map((key) => ({
    key,
    label: <span data-testid={`decline-${key}`}>{t(`decline.${key}`)}</span>,
    onClick: () => decline(t(`decline.${key}`)),
  }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="topRight">
      <Button icon={<CloseOutlined />} data-testid="decline">
        {t("offer.decline")}
      </Button>
    </Dropdown>
  );
}

/** How long the customer has waited, counted on; a screen reader is not told every second. */
function Waited({ waitedS, readAt }: { waitedS: number; readAt: number }) {
  const { t } = useLocale();
  const now = useTick();
  const time = duration(Math.floor(waitedS + Math.max(0, now - readAt) / 1000));
  return <span aria-live="off">{t("queue.waited", { time })}</span>;
}

/** What is left, and a line that runs out with it. */
function Countdown({ left, readAt }: { left: number; readAt: number }) {
  const { t } = useLocale();
  const now = useTick(500);
  const seconds = Math.max(0, Math.ceil(left - (now - readAt) / 1000));
  return (
    <span className={styles.left} data-late={seconds <= 5} aria-label={t("offer.left", { seconds })} role="timer">
      {seconds} s
    </span>
  );
}
