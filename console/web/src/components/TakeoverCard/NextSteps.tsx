/** The three next steps: pressing one puts its words into the composer or opens its dialog; nothing is sent. */
import { EditOutlined, ThunderboltOutlined } from "@ant-design/icons";
import { Button } from "antd";

import type { NextStep } from "../../api/types";
import { compose } from "../../hooks/useCompose";
import { useLocale } from "../../locale/locale";
import { isAct } from "../../panel/forms";
import { useCustomer } from "../Customer/CustomerContext";
import styles from "./TakeoverCard.module.css";

/** `first`: those the card came with; once the utility has answered its facts count. */
export function NextSteps({ first }: { first: readonly NextStep[] }) {
  const { t } = useLocale();
  const { steps: read } = useCustomer();
  const steps = read ?? first;
  if (steps.length === 0) return null;
  return (
    <div className={styles.steps} data-testid="steps">
      <h3>{t("takeover.next")}</h3>
      <ol>
        {steps.map((step) => (
          <Step key={step.id} step={step} />
        ))}
      </ol>
    </div>
  );
}

function Step({ step }: { step: NextStep }) {
  const { t } = useLocale();
  const { conversation, customer, owns, mayAct, openAct } = useCustomer();
  const { act } = step;
  const accounts = customer?.accounts.value ?? [];
  // One account is the one that is meant; of several the agent chooses.
  const account: Record<string, string> = accounts.length === 1 ? { account: accounts[0]!.ref } : {};
  return (
    <li>
      <button
        type="button"
        className={styles.words}
        disabled={!owns}
        title={`${t("takeover.fill")}\n${step.reply}`}
        onClick={() => compose(conversation.id, step.reply)}
        data-testid="step"
      >
        <EditOutlined /> <b>{t(`step.${step.id}`)}</b> <span>{step.reply}</span>
      </button>
      {isAct(act) && (
        <Button
          size="small"
          type="primary"
          ghost
          icon={<ThunderboltOutlined />}
          disabled={!mayAct}
          onClick={() => openAct(act, { ...account, ...step.fields })}
          title={t(`act.${act}`)}
          data-testid="step-act"
        >
          {t("takeover.do")}
        </Button>
      )}
    </li>
  );
}
