/** Binding an account: the code goes to the phone on file, the customer tells it, and only then it is bound. */
import { Alert, Button, Form, Input, Modal } from "antd";
import { useState } from "react";

import { compose } from "../../hooks/useCompose";
import { useLocale } from "../../locale/locale";
import { newKey } from "../../panel/attempt";
import { bodyOf, faultsOf } from "../../panel/forms";
import { refusalText } from "../../panel/refusal";
import { useCustomer } from "../Customer/CustomerContext";
import { useAct } from "./ActDialog";
import styles from "./ActDialog.module.css";

export function BindDialog() {
  const { t } = useLocale();
  const { closeAct } = useCustomer();
  const form = useAct("bind", {});
  const code = useCode(form.values.account_no ?? "");
  const fault = (name: string) => (form.tried || code.tried ? form.faults[name] : undefined);
  const numberFault = fault("account_no");
  const codeFault = form.tried ? form.faults.code : undefined;
  return (
    <Modal
      open
      title={t("act.bind")}
      okText={t("act.confirm_bind")}
      cancelText={t("action.cancel")}
      okButtonProps={{ disabled: !code.phone, "data-testid": "act-confirm" }}
      confirmLoading={form.busy}
      onOk={() => void form.confirm()}
      onCancel={closeAct}
      width={520}
    >
      <p className={styles.lead}>{t("act.lead_bind")}</p>
      <Form layout="horizontal" labelCol={{ flex: "92px" }} labelAlign="left" colon={false}>
        <Form.Item
          label={t("field.account_no")}
          required
          validateStatus={numberFault ? "error" : undefined}
          help={numberFault ? t(numberFault) : undefined}
        >
          <span className={styles.pair}>
            <Input
              autoFocus
              inputMode="numeric"
              autoComplete="off"
              maxLength={16}
              placeholder={t("hint.account_no")}
              value={form.values.account_no ?? ""}
              onChange={(event) => form.change("account_no", event.target.value.replace(/\D/g, ""))}
              data-testid="act-account_no"
            />
            <Button loading={code.busy} onClick={() => void code.send()} data-testid="act-send-code">
              {t(code.phone ? "act.resend_code" : "act.send_code")}
            </Button>
          </span>
        </Form.Item>
        {code.phone && <p className={styles.sent}>{t("act.code_sent", { phone: code.phone })}</p>}
        <Form.Item
          label={t("field.code")}
          required
          validateStatus={codeFault ? "error" : undefined}
          help={codeFault ? t(codeFault) : undefined}
        >
          <Input
            disabled={!code.phone}
            inputMode="numeric"
            autoComplete="off"
            maxLength={6}
            placeholder={t("hint.code")}
            value={form.values.code ?? ""}
            onChange={(event) => form.change("code", event.target.value.replace(/\D/g, ""))}
            data-testid="act-code"
          />
        </Form.Item>
      </Form>
      {(form.complaint || code.complaint) && (
        <Alert type="error" showIcon message={form.complaint || code.complaint} data-testid="act-error" />
      )}
    </Modal>
  );
}

/** Sending the code; each press is a wish of its own, and the utility keeps the pause between two. */
function useCode(accountNo: string) {
  const locale = useLocale();
  const { calls, conversation, owns } = useCustomer();
  const [sentTo, setSentTo] = useState({ account: "", phone: "" });
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [complaint, setComplaint] = useState("");
  const send = async () => {
    setTried(true);
    const values = { account_no: accountNo };
    if (busy || Object.keys(faultsOf("code", values)).length > 0) return;
    setBusy(true);
    setComplaint("");
    try {
      const body = { key: newKey(), tell: false, fields: bodyOf("code", values) };
      const outcome = await calls.act(conversation.id, "code", body);
      setSentTo({ account: accountNo, phone: outcome.shown.phone ?? "" });
      if (owns) compose(conversation.id, outcome.reply);
    } catch (error) {
      setComplaint(refusalText(error, locale));
    } finally {
      setBusy(false);
    }
  };
  return { phone: sentTo.account === accountNo ? sentTo.phone : "", busy, tried, complaint, send };
}
