/** One line of the transcript, drawn so that nobody can mistake who said it and whether the customer has seen it. */
import {
  ClockCircleOutlined,
  EnvironmentOutlined,
  ExclamationCircleFilled,
  LockFilled,
  PaperClipOutlined,
  StopOutlined,
} from "@ant-design/icons";
import { memo } from "react";

import type { Attachment, Location, Message } from "../../api/types";
import { useLocale, type Locale } from "../../locale/locale";
import { clockTime } from "../../locale/when";
import { CardView } from "../CardView/CardView";
import styles from "./MessageBubble.module.css";

interface Props {
  message: Message;
  customerName: string;
  /** The customer has read it; told of the agent's newest line only. */
  isRead?: boolean;
  /** Somebody has just looked for this line. */
  isLit?: boolean;
  /** The chat in whose history it is shown, when it was said in another one. */
  within?: string;
}

export const MessageBubble = memo(function MessageBubble({ message, customerName, isRead = false, isLit = false, within }: Props) {
  const locale = useLocale();
  return (
    <li
      className={styles.row}
      data-testid="desk-message"
      data-role={message.role}
      data-seq={message.seq}
      data-own-seq={within ? undefined : message.seq}
      data-lit={isLit || undefined}
      data-delivery={message.delivery}
    >
      {message.role === "system" ? (
        <p className={styles.system}>
          {message.text} <time>{clockTime(message.at)}</time>
        </p>
      ) : (
        <div className={styles.column}>
          <p className={styles.head}>
            {message.role === "note" && <LockFilled className={styles.lock} />}
            <span>{speaker(message, customerName, locale)}</span>
            <time>{clockTime(message.at)}</time>
          </p>
          <Body message={message} within={within} />
          <DeliveryState message={message} />
          {isRead && (
            <p className={styles.delivery} data-testid="read-mark">
              {locale.t("message.read")}
            </p>
          )}
        </div>
      )}
    </li>
  );
});

function speaker(message: Message, customerName: string, { t }: Locale): string {
  if (message.role === "customer") return customerName;
  if (message.role === "note") {
    return [t(message.whisper ? "role.whisper" : "role.note"), message.agent?.name, t("note.hidden")].filter(Boolean).join(" · ");
  }
  return message.agent ? `${message.agent.name} ${message.agent.id}` : t(`role.${message.role}`);
}

function Body({ message, within }: { message: Message; within?: string }) {
  return (
    <>
      {message.text && <p className={styles.bubble}>{message.text}</p>}
      {message.location && <Place location={message.location} />}
      {message.attachment?.media_id && <Kept attachment={message.attachment} within={within} />}
      {message.card && <CardView card={message.card} />}
      {message.buttons && <Buttons message={message} />}
    </>
  );
}

function Place({ location }: { location: Location }) {
  const degrees = `${location.latitude.toFixed(4)}, ${location.longitude.toFixed(4)}`;
  return (
    <p className={styles.place}>
      <EnvironmentOutlined aria-hidden /> {location.label} <small>{degrees}</small>
    </p>
  );
}

/** What a customer sent, from the desk's own server, which checks that this agent may see it. */
function Kept({ attachment, within }: { attachment: Attachment; within?: string }) {
  const { t } = useLocale();
  const address = `/api/media/${attachment.media_id}${within ? `?within=${encodeURIComponent(within)}` : ""}`;
  if (attachment.kind === "voice") {
    return <audio className={styles.voice} controls preload="none" src={address} aria-label={t("message.voice")} />;
  }
  if (attachment.kind === "video") return <video className={styles.picture} controls preload="none" src={address} />;
  if (attachment.kind === "file") {
    return (
      <a className={styles.place} href={address} download={attachment.name} data-testid="desk-file">
        <PaperClipOutlined aria-hidden /> {attachment.name}
      </a>
    );
  }
  return (
    <a className={styles.picture} href={address} target="_blank" rel="noreferrer" title={t("message.open_picture")}>
      <img src={address} alt={attachment.name || t("message.picture")} loading="lazy" />
    </a>
  );
}

function Buttons({ message }: { message: Message }) {
  const { t } = useLocale();
  return (
    <ul className={styles.buttons} aria-label={t("message.buttons")}>
      {message.buttons?.map((button, index) => (
        <li key={index} title={button.payload}>
          {button.label}
        </li>
      ))}
    </ul>
  );
}

const DELIVERY_ICONS = { pending: ClockCircleOutlined, failed: ExclamationCircleFilled, suppressed: StopOutlined };

/** Silence means "sent"; what is open or went wrong is said. */
function DeliveryState({ message }: { message: Message }) {
  const { t } = useLocale();
  const { delivery } = message;
  if (!delivery || delivery === "sent" || message.role === "customer" || message.role === "note") return null;
  const Icon = DELIVERY_ICONS[delivery];
  return (
    <p className={styles.delivery} data-delivery={delivery}>
      <Icon /> {t(`message.${delivery}`)}
    </p>
  );
}
