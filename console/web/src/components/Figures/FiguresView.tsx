/** Reports: the figures of agents, skills or days over a span, and their workbook. */
import { Alert, DatePicker, Segmented, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import dayjs, { type Dayjs } from "dayjs";
import { useEffect, useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { exportFigures, readFigures, type By, type Figures, type Measures } from "../../api/wall";
import { useLocale, type Locale } from "../../locale/locale";
import { duration } from "../../locale/when";
import { ExportButton } from "../Search/ExportButton";
import { percent } from "../Wall/wallView";
import styles from "./FiguresView.module.css";

type Row = Measures & { key: string; name: string };

const GROUPS: readonly By[] = ["agent", "skill", "day"];
const DAYS_FIRST_SHOWN = 6;

export function FiguresView({ api }: { api: DeskApi }) {
  const locale = useLocale();
  const { t, word } = locale;
  const [by, setBy] = useState<By>("agent");
  const [span, setSpan] = useState<[Dayjs, Dayjs]>(() => [dayjs().subtract(DAYS_FIRST_SHOWN, "day"), dayjs()]);
  const [figures, setFigures] = useState<Figures | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [first, last] = span.map((day) => day.format("YYYY-MM-DD")) as [string, string];
  useEffect(() => {
    let gone = false;
    readFigures(api, first, last, by).then(
      (read) => {
        if (gone) return;
        setFigures(read);
        setProblem(null);
      },
      (error: unknown) => setProblem(errorKey(error)),
    );
    return () => {
      gone = true;
    };
  }, [api, first, last, by]);
  return (
    <div className={styles.view} data-testid="figures">
      <div className={styles.head}>
        <DatePicker.RangePicker
          value={span}
          allowClear={false}
          onChange={(range) => range?.[0] && range[1] && setSpan([range[0], range[1]])}
        />
        <Segmented<By> value={by} onChange={setBy} options={GROUPS.map((value) => ({ value, label: word("by", value) }))} />
        <span className={styles.hint}>{t("figures.hint")}</span>
        <ExportButton name="gridtalk-figures" onExport={(reason) => exportFigures(api, first, last, by, reason)} />
      </div>
      {problem && <Alert type="error" showIcon message={t(problem)} />}
      {figures && <Report figures={figures} locale={locale} />}
    </div>
  );
}

function Report({ figures, locale }: { figures: Figures; locale: Locale }) {
  const { t } = locale;
  const columns = columnsOf(figures.by, locale);
  const total: Row = { ...figures.total, key: "", name: t("figures.total") };
  return (
    <Table<Row>
      size="small"
      rowKey="key"
      columns={columns}
      dataSource={figures.rows}
      pagination={false}
      scroll={{ y: "calc(100vh - 250px)" }}
      summary={() => (
        <Table.Summary fixed>
          <Table.Summary.Row className={styles.sum}>
            {columns.map((column, index) => (
              <Table.Summary.Cell key={index} index={index} align={index === 0 ? "left" : "right"}>
                {column.render?.(undefined, total, 0) as string}
              </Table.Summary.Cell>
            ))}
          </Table.Summary.Row>
        </Table.Summary>
      )}
    />
  );
}

function columnsOf(by: By, { t, word }: Locale): ColumnsType<Row> {
  const named = (row: Row) => row.name || (by === "skill" ? word("skill", row.key) : row.key);
  const time = (seconds: number | null) => (seconds === null ? "–" : duration(Math.round(seconds)));
  const figure = (key: string, show: (row: Row) => string | number, rank: (row: Row) => number) => ({
    title: t(`wall.figure_${key}`),
    align: "right" as const,
    render: (_: unknown, row: Row) => show(row),
    sorter: (a: Row, b: Row) => rank(a) - rank(b),
  });
  return [
    {
      title: word("by", by),
      width: 150,
      fixed: "left",
      render: (_, row) => (row.key && row.name ? `${row.name} ${row.key}` : named(row)),
      sorter: (a, b) => a.key.localeCompare(b.key),
    },
    figure("requests", (row) => row.requests, (row) => row.requests),
    figure("answered_count", (row) => row.answered, (row) => row.answered),
    figure("abandoned", (row) => row.abandoned, (row) => row.abandoned),
    figure("wait", (row) => time(row.wait_s), (row) => row.wait_s ?? 0),
    figure("longest", (row) => time(row.longest_wait_s), (row) => row.longest_wait_s ?? 0),
    figure("first", (row) => time(row.first_response_s), (row) => row.first_response_s ?? 0),
    figure("handle", (row) => time(row.handle_s), (row) => row.handle_s ?? 0),
    figure("transfers", (row) => row.transfers, (row) => row.transfers),
    figure("returned", (row) => row.returned, (row) => row.returned),
    figure("csat", (row) => (row.stars === null ? "–" : `${row.stars.toFixed(1)} (${row.rated})`), (row) => row.stars ?? 0),
    figure("content", (row) => percent(row.content_share), (row) => row.content_share ?? 0),
  ];
}
