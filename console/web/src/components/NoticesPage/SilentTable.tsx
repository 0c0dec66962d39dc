/** Who had not confirmed a notice that asks for it ten minutes after, what was done, and whether they have by now. */
import { Button, Table, Tag } from "antd";

import { unconfirmedSheetOf, type NoticeEvent, type NoticeSilent } from "../../api/notices";
import { useLocale } from "../../locale/locale";
import { clockTime } from "../../locale/when";
import styles from "./NoticesPage.module.css";

interface Props {
  event: NoticeEvent;
  rows: readonly NoticeSilent[];
  mayExport: boolean;
}

export function SilentTable({ event, rows, mayExport }: Props) {
  const { t, word } = useLocale();
  if (rows.length === 0) return null;
  return (
    <section data-testid="notice-unconfirmed">
      <header className={styles.factHead}>
        <h3>{t("notices.silent", { count: rows.filter((row) => !row.confirmed).length })}</h3>
        {mayExport && (
          <Button size="small" href={unconfirmedSheetOf(event)}>
            {t("notices.silent_export")}
          </Button>
        )}
      </header>
      <Table<NoticeSilent>
        size="small"
        rowKey={(row) => `${row.account_tail}/${row.listed_at}/${row.way}/${row.place}`}
        dataSource={[...rows]}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: t("notices.silent_who"), render: (_, row) => row.care && <Tag color="orange">{word("notice_care", row.care)}</Tag> },
          { title: t("notices.place"), dataIndex: "place" },
          { title: t("notices.account"), render: (_, row) => `****${row.account_tail}` },
          { title: t("notices.silent_listed"), render: (_, row) => clockTime(row.listed_at) },
          { title: t("notices.silent_did"), render: (_, row) => t(`notices.did_${row.did}`, { way: word("notice_way", row.way) }) },
          {
            title: t("notices.silent_now"),
            render: (_, row) => <Tag color={row.confirmed ? "green" : "red"}>{t(row.confirmed ? "notices.silent_yes" : "notices.silent_no")}</Tag>,
          },
        ]}
      />
    </section>
  );
}
