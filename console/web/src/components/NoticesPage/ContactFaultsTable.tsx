/** Contact data that cannot be right: counts by area and grid manager, the list of one area or kind, and how it ends. */
import { App as Antd, Alert, Button, Input, Modal, Select, Space, Table, Tag } from "antd";
import { useCallback, useEffect, useState } from "react";

import type { DeskApi } from "../../api/client";
import { contactFaults, contactSheetUrl, settleFault, type ContactFault, type ContactFaults, type ContactSum } from "../../api/contactFaults";
import { errorKey } from "../../api/errors";
import { useLocale } from "../../locale/locale";
import { clockTime, dayLabel } from "../../locale/when";
import styles from "./NoticesPage.module.css";

const KINDS = ["dead", "missing", "malformed", "no_mobile", "unfollowed", "shared", "duplicate", "two_numbers"] as const;

interface Props {
  api: DeskApi;
  mayExport: boolean;
  onChange: () => Promise<void>;
}

export function ContactFaultsTable({ api, mayExport, onChange }: Props) {
  const { t, word } = useLocale();
  const [kind, setKind] = useState("");
  const [area, setArea] = useState("");
  const { found, trouble, load, more } = useFaults(api, kind, area);
  const [settled, setSettled] = useState<ContactFault | null>(null);
  const sweep = found?.sweep;
  const ended = async () => {
    await Promise.all([load(), onChange()]);
  };
  return (
    <>
      {trouble && <Alert type="error" showIcon message={t(trouble)} />}
      <Space wrap className={styles.filters}>
        <span data-testid="contacts-sweep">
          {sweep ? t("contacts.swept", { day: sweep.day, accounts: sweep.accounts, found: sweep.found ?? 0, mended: sweep.mended ?? 0 }) : t("contacts.never")}
        </span>
        <Select
          value={kind}
          onChange={setKind}
          className={styles.filter}
          aria-label={t("contacts.kind")}
          options={[{ value: "", label: t("contacts.all") }, ...KINDS.map((one) => ({ value: one, label: word("contact_kind", one) }))]}
        />
        {area && (
          <Tag closable onClose={() => setArea("")}>
            {area}
          </Tag>
        )}
        {mayExport && (
          <Button href={contactSheetUrl} data-testid="contacts-export">
            {t("contacts.export")}
          </Button>
        )}
      </Space>
      <Sums sums={found?.sums ?? []} onArea={setArea} />
      <Faults found={found} onSettle={setSettled} />
      {found?.next && <Button onClick={() => void more()}>{t("contacts.more")}</Button>}
      {settled && <SettleModal api={api} fault={settled} onClose={() => setSettled(null)} onDone={ended} />}
    </>
  );
}

function useFaults(api: DeskApi, kind: string, area: string) {
  const [found, setFound] = useState<ContactFaults | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const read = useCallback(
    async (after: string, before: readonly ContactFault[]) => {
      try {
        const page = await contactFaults(api, kind, area, after);
        setFound({ ...page, faults: [...before, ...page.faults] });
        setTrouble(null);
      } catch (error) {
        setTrouble(errorKey(error));
      }
    },
    [api, kind, area],
  );
  const load = useCallback(() => read("", []), [read]);
  const more = () => read(found?.next ?? "", found?.faults ?? []);
  useEffect(() => void load(), [load]);
  return { found, trouble, load, more };
}

function Sums({ sums, onArea }: { sums: readonly ContactSum[]; onArea: (area: string) => void }) {
  const { t, word } = useLocale();
  const areas = [...new Set(sums.map((one) => one.area_id))];
  if (areas.length === 0) return null;
  return (
    <ul className={styles.sumsList} data-testid="contacts-sums">
      {areas.map((area) => {
        const rows = sums.filter((one) => one.area_id === area);
        const { place, manager } = rows[0]!;
        return (
          <li key={area}>
            <button type="button" className={styles.open} onClick={() => onArea(area)}>
              <b>
                {place || area} · {t("contacts.manager")} {manager || "-"}
              </b>
              <span>{rows.map((one) => `${word("contact_kind", one.kind)} ${t("contacts.count", { count: one.count })}`).join(" · ")}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Faults({ found, onSettle }: { found: ContactFaults | null; onSettle: (fault: ContactFault) => void }) {
  const locale = useLocale();
  const { t, word } = locale;
  return (
    <Table<ContactFault>
      size="small"
      rowKey="fault_id"
      loading={found === null}
      dataSource={[...(found?.faults ?? [])]}
      locale={{ emptyText: t("contacts.none") }}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[
        { title: t("contacts.area"), render: (_, fault) => `${fault.place} ${fault.area_id}` },
        { title: t("contacts.manager"), dataIndex: "manager" },
        { title: t("contacts.account"), render: (_, fault) => `****${fault.account_tail}` },
        { title: t("contacts.phone"), dataIndex: "phone_masked" },
        { title: t("contacts.kind"), render: (_, fault) => <Tag color={fault.kind === "dead" ? "red" : "orange"}>{word("contact_kind", fault.kind)}</Tag> },
        { title: t("contacts.state"), render: (_, fault) => t(fault.answer === "no" ? "contacts.said_no" : `contacts.${fault.state}`) },
        { title: t("contacts.found_at"), render: (_, fault) => `${dayLabel(fault.found_at, locale)} ${clockTime(fault.found_at)}` },
        { title: t("contacts.told"), render: (_, fault) => told(fault, locale) },
        {
          title: "",
          align: "right",
          render: (_, fault) => (
            <Button size="small" onClick={() => onSettle(fault)} data-testid="contact-settle">
              {t("contacts.settle")}
            </Button>
          ),
        },
      ]}
    />
  );
}

function told(fault: ContactFault, locale: ReturnType<typeof useLocale>): string {
  if (!fault.told_at) return locale.t("contacts.untold");
  return `${dayLabel(fault.told_at, locale)} ${clockTime(fault.told_at)} ${locale.t(`contacts.told_${fault.told_way || "mail"}`)} ${fault.told_where}`;
}

function SettleModal({ api, fault, onClose, onDone }: { api: DeskApi; fault: ContactFault; onClose: () => void; onDone: () => Promise<void> }) {
  const { t, word } = useLocale();
  const { message } = Antd.useApp();
  const [reason, setReason] = useState("");
  const end = (state: "mended" | "dismissed") =>
    settleFault(api, fault, state, reason.trim()).then(
      () => {
        onClose();
        return onDone();
      },
      (error: unknown) => void message.error(t(errorKey(error))),
    );
  return (
    <Modal
      open
      title={t("contacts.settle_title", { tail: fault.account_tail, kind: word("contact_kind", fault.kind) })}
      onCancel={onClose}
      footer={[
        <Button key="right" disabled={!reason.trim()} onClick={() => void end("dismissed")} data-testid="contact-dismiss">
          {t("contacts.dismissed")}
        </Button>,
        <Button key="mended" type="primary" disabled={!reason.trim()} onClick={() => void end("mended")} data-testid="contact-mend">
          {t("contacts.mended")}
        </Button>,
      ]}
    >
      <Input value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} placeholder={t("contacts.reason")} aria-label={t("contacts.reason")} data-testid="contact-reason" />
    </Modal>
  );
}
