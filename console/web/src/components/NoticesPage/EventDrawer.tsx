/** One event: what was told and when, in which words, and the list of those whom it did not reach. */
import { Alert, Button, Drawer, Empty, Spin, Table, Tag, Typography } from "antd";
import { useEffect, useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { noticeDetail, sheetOf, type NoticeDetail, type NoticeEvent, type NoticeFact, type NoticeRest } from "../../api/notices";
import { useLocale } from "../../locale/locale";
import { clockTime, dayLabel } from "../../locale/when";
import styles from "./NoticesPage.module.css";
import { SilentTable } from "./SilentTable";

interface Props {
  api: DeskApi;
  event: NoticeEvent | null;
  mayExport: boolean;
  onClose: () => void;
}

export function EventDrawer({ api, event, mayExport, onClose }: Props) {
  const { t, word } = useLocale();
  const { detail, trouble } = useDetail(api, event);
  return (
    <Drawer
      open={event !== null}
      onClose={onClose}
      width={760}
      title={event ? `${word("notice_family", event.family)} ${event.subject}` : ""}
      extra={
        event &&
        mayExport && (
          <Button href={sheetOf(event)} data-testid="notice-sheet">
            {t("notices.export")}
          </Button>
        )
      }
    >
      {trouble && <Alert type="error" showIcon message={t(trouble)} />}
      {!detail && !trouble && <Spin />}
      {detail && event && (
        <>
          <ol className={styles.facts} data-testid="notice-facts">
            {detail.facts.map((fact) => (
              <Fact key={fact.fact_id} fact={fact} />
            ))}
          </ol>
          <SilentTable event={event} rows={detail.unconfirmed} mayExport={mayExport} />
          <h3>{t("notices.rest", { count: detail.rest.length })}</h3>
          <Rest rows={detail.rest} />
          {detail.rest.length >= detail.rest_most && <p className={styles.hint}>{t("notices.rest_cut", { count: detail.rest_most })}</p>}
        </>
      )}
    </Drawer>
  );
}

function useDetail(api: DeskApi, event: NoticeEvent | null) {
  const [detail, setDetail] = useState<NoticeDetail | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    setDetail(null);
    setTrouble(null);
    if (event) {
      noticeDetail(api, event).then(
        (found) => wanted && setDetail(found),
        (error: unknown) => wanted && setTrouble(errorKey(error)),
      );
    }
    return () => {
      wanted = false;
    };
  }, [api, event]);
  return { detail, trouble };
}

function Fact({ fact }: { fact: NoticeFact }) {
  const locale = useLocale();
  const { t, word } = locale;
  return (
    <li className={styles.fact}>
      <div className={styles.factHead}>
        <b>{word("notice_kind", fact.kind)}</b>
        <time>{`${dayLabel(fact.due_at, locale)} ${clockTime(fact.due_at)}`}</time>
        <Tag>{word("notice_state", fact.state)}</Tag>
        <span className={styles.sums}>{t("notices.sums", { reached: fact.reached, planned: fact.planned, missed: fact.missed, dropped: fact.dropped })}</span>
      </div>
      {fact.words.chat && <p className={styles.words}>{fact.words.chat}</p>}
      {fact.reason && <p className={styles.hint}>{fact.reason}</p>}
      {fact.words.community && fact.places.length > 0 && (
        <Typography.Paragraph className={styles.community} copyable={{ text: fact.words.community, tooltips: [t("notices.copy"), t("notices.copied")] }}>
          {t("notices.community")} {fact.words.community}
        </Typography.Paragraph>
      )}
    </li>
  );
}

function Rest({ rows }: { rows: readonly NoticeRest[] }) {
  const { t, word } = useLocale();
  if (rows.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("notices.rest_none")} />;
  return (
    <Table<NoticeRest>
      size="small"
      rowKey={(row) => `${row.kind}/${row.account_tail}/${row.made_at}/${row.way}`}
      dataSource={[...rows]}
      pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[
        { title: t("notices.place"), dataIndex: "place" },
        { title: t("notices.account"), render: (_, row) => `****${row.account_tail}` },
        { title: t("notices.what"), render: (_, row) => word("notice_kind", row.kind) },
        { title: t("notices.way"), render: (_, row) => word("notice_way", row.way) },
        { title: t("notices.state"), render: (_, row) => word("notice_state", row.state) },
        { title: t("notices.why"), render: (_, row) => word("notice_reason", row.reason) },
      ]}
    />
  );
}
