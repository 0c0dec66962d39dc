/** The audit for auditors: filter by person, action, chat and time, export, and prove that no row was changed. */
import { CheckCircleFilled, DownloadOutlined, SafetyCertificateOutlined, WarningFilled } from "@ant-design/icons";
import { Alert, Button, DatePicker, Dropdown, Input, Select, Table, Tooltip } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useCallback, useEffect, useState } from "react";

import { errorKey } from "../../api/errors";
import { auditQuery, readAudit, verifyAudit, type AuditFilter, type AuditRow, type Verdict } from "../../api/security";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import type { PageProps } from "../pages";
import styles from "./AuditPage.module.css";

const KINDS = ["login", "unmask", "conversation", "escalation", "account", "audit", "password", "totp", "alarm"];

export function AuditPage({ api }: PageProps) {
  const { t } = useLocale();
  const [filter, setFilter] = useState<AuditFilter>({});
  const audit = useAudit(api, filter);
  const open = (format: string) => window.open(`/api/audit/export?${auditQuery(filter, { format })}`, "_self");
  const formats = ["csv", "jsonl"].map((key) => ({ key, label: t(`audit.${key}`), onClick: () => open(key) }));
  return (
    <section className={styles.page} data-testid="audit-page">
      <header className={styles.head}>
        <h2>{t("audit.title")}</h2>
        <Chain api={api} />
        <Dropdown menu={{ items: formats }} trigger={["click"]}>
          <Button icon={<DownloadOutlined />} data-testid="audit-export">
            {t("audit.export")}
          </Button>
        </Dropdown>
      </header>
      <Filters onChange={setFilter} />
      {audit.failureKey && <Alert type="error" showIcon message={t(audit.failureKey)} />}
      <Rows rows={audit.rows} loading={audit.loading} />
      {audit.more && (
        <Button onClick={audit.readMore} loading={audit.loading}>
          {t("audit.more")}
        </Button>
      )}
    </section>
  );
}

function useAudit(api: PageProps["api"], filter: AuditFilter) {
  const [rows, setRows] = useState<AuditRow[]>([]);
  const [more, setMore] = useState(false);
  const [loading, setLoading] = useState(true);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const read = useCallback(
    async (before?: number) => {
      setLoading(true);
      try {
        const page = await readAudit(api, filter, before);
        setRows((held) => (before ? [...held, ...page.rows] : page.rows));
        setMore(page.more);
        setFailureKey(null);
      } catch (error) {
        setFailureKey(errorKey(error));
      } finally {
        setLoading(false);
      }
    },
    [api, filter],
  );
  useEffect(() => void read(), [read]);
  return { rows, more, loading, failureKey, readMore: () => void read(rows[rows.length - 1]?.id) };
}

function Filters({ onChange }: { onChange: (filter: AuditFilter) => void }) {
  const { t, word } = useLocale();
  const [draft, setDraft] = useState<AuditFilter>({});
  const set = (change: AuditFilter, now = false) => {
    const next = { ...draft, ...change };
    setDraft(next);
    if (now) onChange(next);
  };
  const search = () => onChange(draft);
  return (
    <div className={styles.filters} role="search">
      <Input
        allowClear
        placeholder={t("audit.person")}
        aria-label={t("audit.person")}
        value={draft.actor}
        onChange={(event) => set({ actor: event.target.value.trim() }, event.target.value === "")}
        onPressEnter={search}
        data-testid="audit-actor"
      />
      <Select
        allowClear
        placeholder={t("audit.action")}
        aria-label={t("audit.action")}
        options={KINDS.map((kind) => ({ value: kind, label: word("audit.kind", kind) }))}
        onChange={(action?: string) => set({ action: action ?? "" }, true)}
        data-testid="audit-action"
      />
      <Input
        allowClear
        placeholder={t("audit.subject")}
        aria-label={t("audit.subject")}
        value={draft.subject}
        onChange={(event) => set({ subject: event.target.value.trim() }, event.target.value === "")}
        onPressEnter={search}
        data-testid="audit-subject"
      />
      <DatePicker.RangePicker
        showTime={{ format: "HH:mm" }}
        format="YYYY-MM-DD HH:mm"
        onChange={(range) =>
          set(
            {
              since: range?.[0]?.format("YYYY-MM-DDTHH:mm:ss") ?? "",
              until: range?.[1]?.format("YYYY-MM-DDTHH:mm:ss") ?? "",
            },
            true,
          )
        }
      />
      <Button type="primary" onClick={search} data-testid="audit-search">
        {t("audit.search")}
      </Button>
    </div>
  );
}

function Rows({ rows, loading }: { rows: readonly AuditRow[]; loading: boolean }) {
  const { t, word } = useLocale();
  const columns: ColumnsType<AuditRow> = [
    { title: "#", dataIndex: "id", width: 76 },
    { title: t("audit.at"), width: 150, render: (_, row) => `${dayOf(row.at)} ${clockTime(row.at)}` },
    { title: t("audit.person"), dataIndex: "actor", width: 120, render: (actor: string) => <b>{actor}</b> },
    { title: t("audit.action"), width: 170, render: (_, row) => word("audit.name", row.action) },
    { title: t("audit.subject"), dataIndex: "subject", width: 220, ellipsis: true },
    { title: t("audit.detail"), render: (_, row) => <Detail detail={row.detail} /> },
    {
      title: t("audit.hash"),
      width: 110,
      render: (_, row) => (
        <Tooltip title={row.hash}>
          <code className={styles.hash}>{row.hash.slice(0, 10)}</code>
        </Tooltip>
      ),
    },
  ];
  return (
    <Table
      rowKey="id"
      size="small"
      columns={columns}
      dataSource={[...rows]}
      loading={loading && rows.length === 0}
      pagination={false}
      onRow={() => ({ "data-testid": "audit-row" }) as object}
    />
  );
}

function Detail({ detail }: { detail: AuditRow["detail"] }) {
  const { word } = useLocale();
  return (
    <span className={styles.detail}>
      {Object.entries(detail)
        .filter(([, value]) => value !== "" && value !== null)
        .map(([name, value]) => (
          <span key={name}>
            <i>{word("audit.field", name)}</i> {said(name, value, word)}
          </span>
        ))}
    </span>
  );
}

const WORDS: Readonly<Record<string, string>> = { way: "session.way", reason: "unmask.reason", role: "role_name", purpose: "purpose" };

/** A value of the wire in the desk's words, where it has one. */
function said(name: string, value: unknown, word: (group: string, value: string) => string): string {
  if (typeof value === "object") return JSON.stringify(value);
  return WORDS[name] ? word(WORDS[name], String(value)) : String(value);
}

/** Proves the chain on demand: every row's hash is computed anew. */
function Chain({ api }: Pick<PageProps, "api">) {
  const { t } = useLocale();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [busy, setBusy] = useState(false);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const check = () => {
    setBusy(true);
    setFailureKey(null);
    verifyAudit(api)
      .then(setVerdict, (error: unknown) => setFailureKey(errorKey(error)))
      .finally(() => setBusy(false));
  };
  return (
    <span className={styles.chain} role="status" data-testid="audit-chain" data-whole={verdict?.whole}>
      {failureKey && <span className={styles.bad}>{t(failureKey)}</span>}
      {verdict?.whole && (
        <span className={styles.good}>
          <CheckCircleFilled /> {t("audit.whole", { rows: verdict.rows })}
        </span>
      )}
      {verdict && !verdict.whole && (
        <span className={styles.bad}>
          <WarningFilled /> {t("audit.broken", { row: verdict.broken ?? 0 })}
        </span>
      )}
      <Button icon={<SafetyCertificateOutlined />} loading={busy} onClick={check} data-testid="audit-verify">
        {t("audit.verify")}
      </Button>
    </span>
  );
}
