/** The tab of earlier contacts: this person's other chats and requests, one of them to read. */
import { EyeOutlined, HistoryOutlined, LockOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { useEffect, useState } from "react";

import type { PastContact } from "../../api/panel";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import { refusalText } from "../../panel/refusal";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import { useCustomer } from "../Customer/CustomerContext";
import { EmptyState } from "../EmptyState/EmptyState";
import { PastChatDrawer } from "./PastChatDrawer";
import styles from "./History.module.css";

export function HistoryAside() {
  const locale = useLocale();
  const { calls, conversation } = useCustomer();
  const [contacts, setContacts] = useState<readonly PastContact[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [reading, setReading] = useState("");
  useEffect(() => {
    calls.history(conversation.id).then(setContacts, setFailure);
  }, [calls, conversation.id]);
  if (failure !== null) return <p className={styles.trouble}>{refusalText(failure, locale)}</p>;
  if (!contacts) return <Skeleton className={styles.loading} active title={false} paragraph={{ rows: 4 }} />;
  if (contacts.length === 0) {
    return <EmptyState icon={<HistoryOutlined />} title={locale.t("history.empty")} hint={locale.t("history.empty_hint")} />;
  }
  return (
    <section className={styles.history} aria-label={locale.t("history.title")} data-testid="history">
      <ol>
        {contacts.map((contact, index) => (
          <ContactItem key={index} contact={contact} onOpen={setReading} />
        ))}
      </ol>
      {reading && <PastChatDrawer id={reading} onClose={() => setReading("")} />}
    </section>
  );
}

function ContactItem({ contact, onOpen }: { contact: PastContact; onOpen: (id: string) => void }) {
  const { t, word } = useLocale();
  const { intent, skill, reason, agent, state, relation, channel, note } = contact;
  const topic = intent ? word("intent", intent) : skill ? word("skill", skill) : t("history.bot_only");
  return (
    <li className={styles.contact} data-relation={relation} data-testid="contact">
      <p className={styles.head}>
        <time title={contact.at}>
          {dayOf(contact.at)} {clockTime(contact.at)}
        </time>
        <span>
          <ChannelIcon channel={channel} /> {word("channel", channel)}
        </span>
        <em data-relation={relation}>{t(`history.${relation}`)}</em>
      </p>
      <p className={styles.topic}>
        <b>{topic}</b>
        {reason && <span>{word("reason", reason)}</span>}
      </p>
      <p className={styles.result}>
        {word("past_state", state)}
        {agent && ` · ${t("history.by", { name: agent })}`}
      </p>
      {note && <blockquote>{note}</blockquote>}
      {contact.may_open && relation !== "here" && (
        <Button size="small" type="link" icon={<EyeOutlined />} onClick={() => onOpen(contact.conversation_id)} data-testid="contact-open">
          {t("history.open")}
        </Button>
      )}
      {!contact.may_open && (
        <p className={styles.closed}>
          <LockOutlined /> {t("history.closed_to_you")}
        </p>
      )}
    </li>
  );
}
