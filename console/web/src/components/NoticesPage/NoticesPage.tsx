/** What customers were told unasked: each event with how many it reached, and the people who are still to be called. */
import { Alert, Button, Progress, Table, Tabs, Tag } from "antd";
import { useCallback, useEffect, useState } from "react";

import type { DeskApi } from "../../api/client";
import { contactFaults } from "../../api/contactFaults";
import { errorKey } from "../../api/errors";
import { noticeCalls, noticeEvents, type NoticeCall, type NoticeEvent } from "../../api/notices";
import { useLocale } from "../../locale/locale";
import { clockTime, dayLabel } from "../../locale/when";
import type { PageProps } from "../../pages/pages";
import { CallsTable } from "./CallsTable";
import { ContactFaultsTable } from "./ContactFaultsTable";
import { EventDrawer } from "./EventDrawer";
import { TellNews } from "./TellNews";
import styles from "./NoticesPage.module.css";

const REFRESH_MS = 10_000;

export function NoticesPage({ api, me }: PageProps) {
  const { t } = useLocale();
  const { events, calls, contacts, trouble, load } = useNotices(api);
  const [shown, setShown] = useState<NoticeEvent | null>(null);
  return (
    <main className={styles.page} data-testid="notices-page">
      <header className={styles.head}>
        <h2>{t("notices.title")}</h2>
        <p>{t("notices.lead")}</p>
        {me.role === "supervisor" && <TellNews api={api} />}
        <Button onClick={() => void load()} data-testid="notices-refresh">
          {t("notices.refresh")}
        </Button>
      </header>
      {trouble && <Alert type="error" showIcon message={t(trouble)} />}
      <Tabs
        items={[
          { key: "events", label: t("notices.events"), children: <EventsTable events={events} onShow={setShown} /> },
          {
            key: "calls",
            label: t("notices.calls", { count: calls?.length ?? 0 }),
            children: <CallsTable api={api} calls={calls} onDone={load} />,
          },
          {
            key: "contacts",
            label: t("notices.contacts", { count: contacts ?? "…" }),
            children: <ContactFaultsTable api={api} mayExport={me.role === "supervisor"} onChange={load} />,
          },
        ]}
      />
      <EventDrawer api={api} event={shown} mayExport={me.role === "supervisor"} onClose={() => setShown(null)} />
    </main>
  );
}

function useNotices(api: DeskApi) {
  const [events, setEvents] = useState<readonly NoticeEvent[] | null>(null);
  const [calls, setCalls] = useState<readonly NoticeCall[] | null>(null);
  const [contacts, setContacts] = useState<number | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const load = useCallback(async () => {
    try {
      const [told, waiting, wrong] = await Promise.all([noticeEvents(api), noticeCalls(api), contactFaults(api, "", "", "")]);
      setContacts(wrong.sums.reduce((sum, one) => sum + one.count, 0));
      setEvents(told);
      setCalls(waiting);
      setTrouble(null);
    } catch (error) {
      setTrouble(errorKey(error));
    }
  }, [api]);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [load]);
  return { events, calls, contacts, trouble, load };
}

function EventsTable({ events, onShow }: { events: readonly NoticeEvent[] | null; onShow: (event: NoticeEvent) => void }) {
  const locale = useLocale();
  const { t, word } = locale;
  return (
    <Table<NoticeEvent>
      size="small"
      rowKey={(event) => `${event.family}/${event.key}`}
      loading={events === null}
      dataSource={[...(events ?? [])]}
      locale={{ emptyText: t("notices.none") }}
      pagination={{ pageSize: 12, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[
        {
          title: t("notices.event"),
          render: (_, event) => (
            <button type="button" className={styles.open} onClick={() => onShow(event)} data-testid="notice-event">
              <b>{word("notice_kind", event.kind)}</b>
              <span>{event.subject}</span>
            </button>
          ),
        },
        { title: t("notices.told_at"), render: (_, event) => `${dayLabel(event.told_at, locale)} ${clockTime(event.told_at)}` },
        { title: t("notices.planned"), dataIndex: "planned", align: "right" },
        {
          title: t("notices.reached"),
          width: 220,
          render: (_, event) => (
            <Progress percent={event.percent} size="small" status={event.missed > 0 ? "exception" : "normal"} aria-label={t("notices.reached")} />
          ),
        },
        { title: t("notices.read"), dataIndex: "read", align: "right" },
        { title: t("notices.open"), dataIndex: "open", align: "right" },
        {
          title: t("notices.missed"),
          align: "right",
          render: (_, event) => (event.missed > 0 ? <Tag color="red">{event.missed}</Tag> : 0),
        },
      ]}
    />
  );
}
