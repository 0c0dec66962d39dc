/** Ends a service: the summary is written from what happened and can be changed; topic, result, promise and knowledge. */
import { BookOutlined, CheckOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Modal, Select } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useEffect, useState } from "react";

import type { ClosingCodes } from "../../api/client";
import { replies, type ClosingFacts } from "../../api/replies";
import type { Summary } from "../../api/types";
import { useAct } from "../../hooks/useAct";
import { useDeskTools } from "../../hooks/useDeskTools";
import { useFirstField } from "../../hooks/useFirstField";
import { useLocale, type Locale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import { DueInput } from "../Composer/DueInput";
import { DraftForm } from "../DraftsPage/DraftForm";
import styles from "./ClosingModal.module.css";

const LIMIT = 1000;
const TOPICS = [
  "outage_report", "repair_progress_query", "bill_query", "bill_dispute", "payment_issue", "invoice_request",
  "reconnect_request", "meter_fault_report", "power_quality_report", "appointment_create", "apply_new_or_capacity",
  "apply_transfer", "apply_ev_charger", "apply_pv", "account_manage", "complaint_submit", "claim_appliance_damage",
  "ask_tariff_policy", "ask_procedure", "out_of_scope",
];  // prettier-ignore

interface Props {
  conversation: Summary;
  open: boolean;
  onCancel: () => void;
  onConfirm: (summary: string, codes: ClosingCodes) => Promise<void>;
}

export function ClosingModal({ conversation, open, onCancel, onConfirm }: Props) {
  const { t, word } = useLocale();
  const closing = useClosing(conversation, open, onConfirm);
  const field = useFirstField<TextAreaRef>(open);
  const { facts, act } = closing;
  return (
    <Modal
      open={open}
      title={t("close.title")}
      okText={t("close.confirm")}
      cancelText={t("action.cancel")}
      okButtonProps={{ danger: true, "data-testid": "close-confirm" } as never}
      confirmLoading={act.busy}
      onOk={() => void closing.confirm()}
      onCancel={onCancel}
      destroyOnHidden
      width={620}
    >
      <p className={styles.lead}>{t("close.lead")}</p>
      <Input.TextArea
        ref={field}
        rows={5}
        maxLength={LIMIT}
        showCount
        value={closing.text}
        status={closing.complaint ? "error" : undefined}
        placeholder={t("close.placeholder")}
        onChange={(event) => closing.write(event.target.value)}
        data-testid="close-summary"
      />
      <div className={styles.codes}>
        <label>
          <span>{t("close.topic")}</span>
          <Select
            showSearch
            value={closing.topic}
            onChange={closing.setTopic}
            optionFilterProp="label"
            options={[...new Set([closing.topic, ...TOPICS])].map((one) => ({ value: one, label: topicWord(one, word) }))}
            data-testid="close-topic"
          />
        </label>
        <label>
          <span>{t("close.result")}</span>
          <Select
            value={closing.result}
            onChange={closing.setResult}
            options={(facts?.results ?? ["solved"]).map((one) => ({ value: one, label: word("result", one) }))}
            data-testid="close-result"
          />
        </label>
      </div>
      <FollowUp conversationId={conversation.id} />
      {facts && <SaveKnowledge conversationId={conversation.id} facts={facts} />}
      {(closing.complaint || act.trouble) && (
        <Alert type="error" showIcon message={t(closing.complaint ?? act.trouble ?? "")} />
      )}
    </Modal>
  );
}

function useClosing(conversation: Summary, open: boolean, onConfirm: Props["onConfirm"]) {
  const locale = useLocale();
  const tools = useDeskTools();
  const skill = conversation.escalation?.skill ?? "general";
  const [facts, setFacts] = useState<ClosingFacts | null>(null);
  const [text, setText] = useState("");
  const [topic, setTopic] = useState(skill);
  const [result, setResult] = useState("solved");
  const [complaint, setComplaint] = useState<string | null>(null);
  const act = useAct();
  useEffect(() => {
    if (!open || !tools) return undefined;
    let gone = false;
    void act.run(async () => {
      const known = await replies.closing(tools.api, conversation.id);
      if (gone || !known) return;
      setFacts(known);
      setText((written) => written || summaryOf(known, locale));
      setTopic(known.topic || known.skill);
      setResult(likelyResult(known));
    });
    return () => {
      gone = true;
    };
    // Once for each opening: what the agent has written meanwhile must stay.
  }, [open]);
  const confirm = async () => {
    if (!text.trim()) return setComplaint("close.required");
    if (await act.run(() => onConfirm(text.trim(), { topic, result }))) setText("");
    return undefined;
  };
  const write = (next: string) => {
    setText(next);
    setComplaint(null);
  };
  return { facts, text, write, topic, setTopic, result, setResult, complaint, confirm, act };
}

/** The summary as events tell it; a part nothing is known of is left out. */
export function summaryOf(facts: ClosingFacts, { t, word }: Locale): string {
  const promises = facts.promises.map((one) =>
    t("close.line_promise", { text: one.text, due: `${dayOf(one.due_at).slice(5)} ${clockTime(one.due_at)}` }),
  );
  const last = facts.answered[facts.answered.length - 1];
  const parts: [string, string[]][] = [
    ["close.line_asked", facts.asked],
    ["close.line_answered", last ? [last] : []],
    ["close.line_done", facts.acts.map((one) => `${word("act", one.name)} ${one.what}`.trim())],
    ["close.line_orders", facts.orders],
    ["close.line_promises", promises],
  ];
  return parts
    .filter(([, said]) => said.length > 0)
    .map(([key, said]) => t(key, { text: said.join(t("close.between")) }))
    .join("\n");
}

function likelyResult(facts: ClosingFacts): string {
  if (facts.promises.some((one) => one.state === "watching")) return "promised";
  return facts.orders.length > 0 ? "ordered" : "explained";
}

/** A topic is an intent, or the skill where nothing was understood. */
function topicWord(topic: string, word: Locale["word"]): string {
  const intent = word("intent", topic);
  return intent === topic ? word("skill", topic) : intent;
}

/** What is still to be done after closing becomes a watched promise. */
function FollowUp({ conversationId }: { conversationId: string }) {
  const { t } = useLocale();
  const tools = useDeskTools();
  const [text, setText] = useState("");
  const [due, setDue] = useState("");
  const [made, setMade] = useState(0);
  const act = useAct();
  if (!tools) return null;
  const add = async () => {
    if (!(await act.run(() => replies.addPromise(tools.api, conversationId, text.trim(), due)))) return;
    setText("");
    setDue("");
    setMade(made + 1);
  };
  return (
    <div className={styles.follow}>
      <span>{t("close.follow_up")}</span>
      <Input
        value={text}
        maxLength={200}
        placeholder={t("close.follow_up_placeholder")}
        onChange={(event) => setText(event.target.value)}
        data-testid="follow-up-text"
      />
      <DueInput key={made} value={due} onChange={setDue} />
      <Button disabled={!text.trim() || !due} loading={act.busy} onClick={() => void add()} data-testid="follow-up-add">
        {t("close.follow_up_add")}
      </Button>
      {made > 0 && <em className={styles.done}>{t("close.follow_up_done", { count: made })}</em>}
      {act.trouble && <em role="alert">{t(act.trouble)}</em>}
    </div>
  );
}

function SaveKnowledge({ conversationId, facts }: { conversationId: string; facts: ClosingFacts }) {
  const { t } = useLocale();
  const tools = useDeskTools();
  const [step, setStep] = useState<"offer" | "write" | "done">("offer");
  if (!tools) return null;
  if (step === "done") {
    return (
      <p className={styles.done}>
        <CheckOutlined /> {t("draft.handed_in")}
      </p>
    );
  }
  if (step === "offer") {
    return (
      <Button type="dashed" size="small" icon={<BookOutlined />} onClick={() => setStep("write")} data-testid="save-knowledge">
        {t("draft.save")}
      </Button>
    );
  }
  const pair = { question: facts.asked[0] ?? "", answer: facts.answered[facts.answered.length - 1] ?? "", intent: "ask_procedure" };
  return (
    <DraftForm
      pair={pair}
      confirmKey="draft.hand_in"
      onConfirm={async (written) => {
        await replies.addDraft(tools.api, conversationId, written);
        setStep("done");
      }}
      onCancel={() => setStep("offer")}
    />
  );
}
