/** Passes a conversation on to a colleague or a skill; it stays the agent's until somebody says yes. */
import { Alert, Input, Modal, Radio, Skeleton, Tag } from "antd";
import { useEffect, useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { askTransfer, readColleagues, type Colleague, type Colleagues } from "../../api/offers";
import type { Summary } from "../../api/types";
import { useLocale } from "../../locale/locale";
import { PresenceDot } from "../Presence/PresenceDot";
import styles from "./TransferDialog.module.css";

interface Props {
  api: DeskApi;
  conversation: Summary;
  note: string;
  onDone: () => void;
  onCancel: () => void;
}

export function TransferDialog({ api, conversation, note: draft, onDone, onCancel }: Props) {
  const { t } = useLocale();
  const { people, complaintKey, setComplaintKey } = usePeople(api);
  const [to, setTo] = useState("");
  const [note, setNote] = useState(draft);
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    if (!to) return setComplaintKey("transfer.to_required");
    setBusy(true);
    try {
      await askTransfer(api, conversation.id, to, note.trim());
      onDone();
    } catch (error) {
      setComplaintKey(errorKey(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={t("transfer.title", { name: conversation.display_name })}
      okText={t("transfer.confirm")}
      cancelText={t("action.cancel")}
      okButtonProps={{ "data-testid": "transfer-confirm" }}
      confirmLoading={busy}
      onOk={() => void ask()}
      onCancel={onCancel}
      width={560}
    >
      <p className={styles.lead}>{t("transfer.lead")}</p>
      {people ? <Whom people={people} to={to} onChange={setTo} /> : <Skeleton active paragraph={{ rows: 3 }} title={false} />}
      <label className={styles.label} htmlFor="transfer-note">
        {t("transfer.note")}
      </label>
      <Input.TextArea
        id="transfer-note"
        className={styles.noteText}
        rows={5}
        maxLength={1000}
        showCount
        value={note}
        placeholder={t("transfer.note_placeholder")}
        onChange={(event) => setNote(event.target.value)}
        data-testid="transfer-note"
      />
      {complaintKey && <Alert type="error" showIcon message={t(complaintKey)} />}
    </Modal>
  );
}

function usePeople(api: DeskApi) {
  const [people, setPeople] = useState<Colleagues | null>(null);
  const [complaintKey, setComplaintKey] = useState<string | null>(null);
  useEffect(() => {
    readColleagues(api).then(setPeople, (error: unknown) => setComplaintKey(errorKey(error)));
  }, [api]);
  return { people, complaintKey, setComplaintKey };
}

function Whom({ people, to, onChange }: { people: Colleagues; to: string; onChange: (to: string) => void }) {
  const { t, word } = useLocale();
  const here = people.colleagues.filter((one) => one.status !== "offline").sort(byReadiness);
  return (
    <Radio.Group className={styles.whom} value={to} onChange={(event) => onChange(event.target.value as string)}>
      <h4>{t("transfer.colleagues")}</h4>
      {here.length === 0 && <p className={styles.nobody}>{t("transfer.nobody")}</p>}
      {here.map((one) => (
        <Radio key={one.id} value={one.id} className={styles.row} data-testid={`transfer-to-${one.id}`}>
          <PresenceDot status={one.status} title={t(`presence.${one.status}`)} />
          <b>{one.name}</b>
          <small>
            {one.load}/{one.max_chats}
          </small>
          <span className={styles.skills}>
            {one.skills.map((skill) => (
              <Tag key={skill} bordered={false}>
                {word("skill", skill)}
              </Tag>
            ))}
          </span>
        </Radio>
      ))}
      <h4>{t("transfer.skills")}</h4>
      <div className={styles.groups}>
        {people.skills.map(({ skill, online }) => (
          <Radio key={skill} value={skill} disabled={online === 0} data-testid={`transfer-to-${skill}`}>
            {word("skill", skill)} <small>{t("transfer.online", { count: online })}</small>
          </Radio>
        ))}
      </div>
    </Radio.Group>
  );
}

/** Who is ready comes first, then who has the lightest hands. */
function byReadiness(one: Colleague, other: Colleague): number {
  const ready = (each: Colleague) => (each.status === "online" ? 0 : 1);
  const share = (each: Colleague) => each.load / Math.max(1, each.max_chats);
  return ready(one) - ready(other) || share(one) - share(other) || one.id.localeCompare(other.id);
}
