/** The dialog of an act: what is filled in is what is confirmed; a no is said in words and keeps the dialog open. */
import { Alert, App as Antd, Checkbox, Form, Modal } from "antd";
import { useEffect, useState } from "react";

import type { Choices } from "../../api/panel";
import { ApiError } from "../../api/errors";
import { compose } from "../../hooks/useCompose";
import { useLocale } from "../../locale/locale";
import { attemptOf, newKey, type Attempt } from "../../panel/attempt";
import { bodyOf, changed, faultsOf, shownFields, withOnlyChoices, type ActName, type Values } from "../../panel/forms";
import { refusalText } from "../../panel/refusal";
import { useCustomer, type OpenAct } from "../Customer/CustomerContext";
import { BindDialog } from "./BindDialog";
import { FieldView } from "./FieldView";
import styles from "./ActDialog.module.css";

/** Stands once beside the chat; the tabs and the card open it. */
export function ActDialog() {
  const { open } = useCustomer();
  if (!open) return null;
  if (open.name === "bind" || open.name === "code") return <BindDialog />;
  return <OpenDialog key={`${open.name}${JSON.stringify(open.values)}`} open={open} />;
}

function OpenDialog({ open }: { open: OpenAct }) {
  const { t } = useLocale();
  const { owns, closeAct } = useCustomer();
  const choices = useChoices();
  const form = useAct(open.name, open.values);
  const danger = open.name === "cancel";
  return (
    <Modal
      open
      title={t(`act.${open.name}`)}
      okText={t(danger ? "act.confirm_cancel" : "act.confirm")}
      cancelText={t("action.cancel")}
      okButtonProps={{ danger, "data-testid": "act-confirm" }}
      confirmLoading={form.busy}
      onOk={() => void form.confirm()}
      onCancel={closeAct}
      width={520}
      className={styles.dialog}
    >
      <p className={styles.lead}>{t(`act.lead_${open.name}`)}</p>
      <Form layout="horizontal" labelCol={{ flex: "92px" }} labelAlign="left" colon={false} size="middle">
        {shownFields(open.name, form.values).map((field) => (
          <FieldView
            key={field.name}
            field={field}
            act={open.name}
            values={form.values}
            fault={form.tried ? form.faults[field.name] : undefined}
            choices={choices}
            onChange={form.change}
          />
        ))}
      </Form>
      <div className={styles.tell}>
        {owns ? (
          <Checkbox checked={form.tell} onChange={(event) => form.setTell(event.target.checked)} data-testid="act-tell">
            {t("act.tell")}
          </Checkbox>
        ) : null}
        {!form.tell && <span>{t(owns ? "act.tell_draft" : "act.tell_noted")}</span>}
      </div>
      {form.complaint && <Alert type="error" showIcon message={form.complaint} data-testid="act-error" />}
    </Modal>
  );
}

/** What is filled in, and sending it: under one key until its end is known. */
export function useAct(name: ActName, first: Values) {
  const locale = useLocale();
  const { message } = Antd.useApp();
  const { calls, conversation, customer, owns, acted } = useCustomer();
  const [values, setValues] = useState<Values>(() => withOnlyChoices(name, first, customer));
  const [tell, setTell] = useState(false);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [complaint, setComplaint] = useState("");
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const faults = faultsOf(name, values);

  const change = (field: string, value: string) => {
    setValues((now) => changed(now, field, value));
    setComplaint("");
  };
  const confirm = async () => {
    setTried(true);
    if (busy || Object.keys(faults).length > 0) return;
    const fields = bodyOf(name, values);
    const next = attemptOf(attempt, name, fields, newKey);
    setAttempt(next);
    setBusy(true);
    setComplaint("");
    try {
      const outcome = await calls.act(conversation.id, name, { key: next.key, tell: tell && owns, fields });
      if (!outcome.sent && outcome.reply && owns) compose(conversation.id, outcome.reply);
      void message.success(locale.t(doneKey(outcome.sent, owns)));
      acted();
    } catch (error) {
      setComplaint(refusalText(error, locale));
      // A clear no has ended this attempt; after silence the same key asks again.
      if (error instanceof ApiError && error.code === "panel.refused") setAttempt(null);
    } finally {
      setBusy(false);
    }
  };
  return { values, change, tell, setTell, busy, tried, faults, complaint, confirm };
}

/** Who has not the word leaves a note: it tells who serves the chat what was done. */
function doneKey(sent: boolean, owns: boolean): string {
  if (sent) return "act.done_sent";
  return owns ? "act.done_draft" : "act.done_noted";
}

/** The lists of the dialogs; without them a field is free text no longer than the server takes. */
function useChoices(): Choices | null {
  const { calls } = useCustomer();
  const [choices, setChoices] = useState<Choices | null>(null);
  useEffect(() => {
    calls.choices().then(setChoices, () => setChoices(null));
  }, [calls]);
  return choices;
}
