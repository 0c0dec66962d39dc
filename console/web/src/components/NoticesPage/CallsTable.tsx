/** Whom to call: the number is shown on asking (and noted), and a call ends with who was spoken to. */
import { App as Antd, Button, Input, Modal, Table, Tag } from "antd";
import { useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { finishCall, phoneOf, type NoticeCall } from "../../api/notices";
import { useLocale } from "../../locale/locale";
import { clockTime, dayLabel, duration } from "../../locale/when";
import styles from "./NoticesPage.module.css";

interface Props {
  api: DeskApi;
  calls: readonly NoticeCall[] | null;
  onDone: () => Promise<void>;
}

export function CallsTable({ api, calls, onDone }: Props) {
  const { t, word } = useLocale();
  const [called, setCalled] = useState<NoticeCall | null>(null);
  return (
    <>
      <Table<NoticeCall>
        size="small"
        rowKey="call_id"
        loading={calls === null}
        dataSource={[...(calls ?? [])]}
        locale={{ emptyText: t("notices.calls_none") }}
        pagination={{ pageSize: 12, hideOnSinglePage: true, showSizeChanger: false }}
        expandable={{ expandedRowRender: (call) => <p className={styles.words}>{call.words}</p> }}
        columns={[
          { title: t("notices.call_by"), render: (_, call) => <CallBy call={call} /> },
          { title: t("notices.account"), render: (_, call) => `****${call.account_tail}` },
          { title: t("notices.care"), render: (_, call) => (call.care ? <Tag color="orange">{word("notice_care", call.care)}</Tag> : word("notice_reason", call.reason)) },
          { title: t("notices.what"), render: (_, call) => word("notice_kind", call.kind) },
          { title: t("notices.phone"), render: (_, call) => <Phone api={api} call={call} /> },
          {
            title: "",
            align: "right",
            render: (_, call) => (
              <Button size="small" type="primary" onClick={() => setCalled(call)} data-testid="notice-called">
                {t("notices.called")}
              </Button>
            ),
          },
        ]}
      />
      {called && <CalledModal api={api} call={called} onClose={() => setCalled(null)} onDone={onDone} />}
    </>
  );
}

function CallBy({ call }: { call: NoticeCall }) {
  const locale = useLocale();
  return (
    <>
      {`${dayLabel(call.call_by, locale)} ${clockTime(call.call_by)} `}
      {call.late_s > 0 && (
        <Tag color="red" data-testid="notice-call-late">
          {locale.t("notices.call_late", { time: duration(call.late_s) })}
        </Tag>
      )}
    </>
  );
}

function Phone({ api, call }: { api: DeskApi; call: NoticeCall }) {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const [phone, setPhone] = useState("");
  if (!call.phone_masked) return <span className={styles.hint}>{t("notices.no_phone")}</span>;
  if (phone) return <b data-testid="notice-phone">{phone}</b>;
  const show = () => phoneOf(api, call).then(setPhone, (error: unknown) => void message.error(t(errorKey(error))));
  return (
    <Button size="small" type="link" onClick={() => void show()} aria-label={t("notices.show_phone")}>
      {call.phone_masked}
    </Button>
  );
}

function CalledModal({ api, call, onClose, onDone }: { api: DeskApi; call: NoticeCall; onClose: () => void; onDone: () => Promise<void> }) {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const [name, setName] = useState("");
  const end = (reached: boolean) =>
    finishCall(api, call, reached, name.trim()).then(
      () => {
        onClose();
        return onDone();
      },
      (error: unknown) => void message.error(t(errorKey(error))),
    );
  return (
    <Modal
      open
      title={t("notices.called_title", { tail: call.account_tail })}
      onCancel={onClose}
      footer={[
        <Button key="not" onClick={() => void end(false)} data-testid="notice-not-reached">
          {t("notices.not_reached")}
        </Button>,
        <Button key="yes" type="primary" disabled={!name.trim()} onClick={() => void end(true)} data-testid="notice-confirmed">
          {t("notices.confirmed")}
        </Button>,
      ]}
    >
      <p className={styles.words}>{call.words}</p>
      <Input value={name} maxLength={60} onChange={(event) => setName(event.target.value)} placeholder={t("notices.spoken_to")} aria-label={t("notices.spoken_to")} />
    </Modal>
  );
}
