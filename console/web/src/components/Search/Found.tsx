/** The rows that were found, masked by the server, with the words that were searched for marked. */
import { StarFilled } from "@ant-design/icons";
import { Empty, Table, Tag } from "antd";
import type { ColumnsType } from "antd/es/table";

import type { FoundPage, FoundRow } from "../../api/search";
import { useLocale, type Locale } from "../../locale/locale";
import { clockTime, dayOf, duration } from "../../locale/when";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import styles from "./SearchPage.module.css";

export const PAGE_ROWS = 50;

interface Props {
  found: FoundPage;
  page: number;
  busy: boolean;
  said: string;
  openId: string | null;
  onPage: (page: number) => void;
  onOpen: (conversationId: string) => void;
}

export function Found({ found, page, busy, said, openId, onPage, onOpen }: Props) {
  const locale = useLocale();
  return (
    <Table<FoundRow>
      className={styles.table}
      size="small"
      rowKey={(row) => `${row.conversation_id}/${row.escalation_id ?? "bot"}`}
      columns={openId ? columnsOf(locale, said).slice(0, 4) : columnsOf(locale, said)}
      dataSource={found.rows}
      loading={busy}
      scroll={{ y: "calc(100vh - 268px)" }}
      locale={{ emptyText: <Empty description={locale.t("search.none")} /> }}
      pagination={{
        current: page + 1,
        pageSize: PAGE_ROWS,
        total: found.total,
        showSizeChanger: false,
        hideOnSinglePage: true,
        onChange: (next) => onPage(next - 1),
      }}
      onRow={(row) => ({
        onClick: () => onOpen(row.conversation_id),
        onKeyDown: (event) => event.key === "Enter" && onOpen(row.conversation_id),
        tabIndex: 0,
        "data-testid": "search-row",
        "data-open": row.conversation_id === openId,
      })}
    />
  );
}

function columnsOf(locale: Locale, said: string): ColumnsType<FoundRow> {
  const { t, word } = locale;
  return [
    { title: t("search.at"), width: 104, render: (_, row) => `${dayOf(row.at).slice(5)} ${clockTime(row.at)}` },
    {
      title: t("search.customer_column"),
      width: 190,
      render: (_, row) => (
        <>
          <ChannelIcon channel={row.channel} /> {row.display_name}{" "}
          {row.accounts.length > 0 && <small className={styles.faint}>{t("takeover.account", { tail: row.accounts[0]! })}</small>}
        </>
      ),
    },
    {
      title: t("search.result"),
      width: 96,
      render: (_, row) => <Tag color={RESULT_COLOURS[row.result]}>{word("result", row.result)}</Tag>,
    },
    { title: t("search.about"), ellipsis: true, render: (_, row) => <About row={row} said={said} /> },
    { title: t("search.agent_column"), width: 84, render: (_, row) => row.agent?.name ?? "" },
    { title: t("search.wait"), width: 70, align: "right", render: (_, row) => (row.wait_s === null ? "" : duration(row.wait_s)) },
    { title: t("search.handle"), width: 74, align: "right", render: (_, row) => (row.handle_s === null ? "" : duration(row.handle_s)) },
    { title: t("search.stars"), width: 64, align: "center", render: (_, row) => row.stars && <Stars count={row.stars} /> },
    { title: t("search.mood"), width: 64, render: (_, row) => (row.mood === null ? "" : word("mood", String(row.mood))) },
  ];
}

const RESULT_COLOURS: Readonly<Record<string, string>> = {
  waiting: "orange",
  offered: "orange",
  serving: "cyan",
  returned: "blue",
  closed: "default",
  abandoned: "red",
  bot: "green",
};

function Stars({ count }: { count: number }) {
  return (
    <span className={styles.stars} data-low={count <= 2}>
      {count} <StarFilled />
    </span>
  );
}

function About({ row, said }: { row: FoundRow; said: string }) {
  const { word } = useLocale();
  if (row.snippet) return <Marked text={row.snippet} said={said} />;
  const parts = [row.skill && word("skill", row.skill), row.reason && word("reason", row.reason), ...row.orders, row.comment];
  return <>{parts.filter(Boolean).join(" · ")}</>;
}

/** The searched words in a text, wherever they stand. */
export function Marked({ text, said }: { text: string; said: string }) {
  const place = said ? text.toLowerCase().indexOf(said.toLowerCase()) : -1;
  if (place < 0) return <>{text}</>;
  const end = place + said.length;
  return (
    <>
      {text.slice(0, place)}
      <mark>{text.slice(place, end)}</mark>
      {text.slice(end)}
    </>
  );
}
