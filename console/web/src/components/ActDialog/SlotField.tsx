/** The free half days of a visit, looked up for the account and the business at hand. */
import { Radio, Spin } from "antd";
import { useEffect, useState } from "react";

import type { Slot } from "../../api/panel";
import { useLocale } from "../../locale/locale";
import { refusalText } from "../../panel/refusal";
import type { Values } from "../../panel/forms";
import { useCustomer } from "../Customer/CustomerContext";
import styles from "./ActDialog.module.css";

interface Props {
  values: Values;
  onPick: (slotId: string) => void;
}

export function SlotField({ values, onPick }: Props) {
  const locale = useLocale();
  const { slots, failure } = useSlots(values);
  if (failure !== null) return <p className={styles.trouble}>{refusalText(failure, locale)}</p>;
  if (!slots) return <Spin size="small" aria-label={locale.t("act.slots_loading")} />;
  if (slots.length === 0) return <p className={styles.trouble}>{locale.t("act.no_slots")}</p>;
  return (
    <Radio.Group
      className={styles.slots}
      value={values.slot_id}
      onChange={(event) => onPick(String(event.target.value))}
      data-testid="act-slot_id"
    >
      {slots.map(({ slot_id: id, day, period, free }) => (
        <Radio.Button key={id} value={id}>
          {day.slice(5)} {locale.t(`weekday.${new Date(`${day}T00:00:00Z`).getUTCDay()}`)} {period}
          <small>{locale.t("act.slot_free", { free })}</small>
        </Radio.Button>
      ))}
    </Radio.Group>
  );
}

function useSlots(values: Values): { slots: Slot[] | null; failure: unknown } {
  const { calls, conversation, customer } = useCustomer();
  const visit = customer?.appointments.value?.find((one) => one.appointment_no === values.appointment_no);
  const account = values.account || visit?.account || "";
  const business = values.business_type || visit?.business_type || "";
  const [slots, setSlots] = useState<Slot[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    let left = false;
    setSlots(null);
    setFailure(null);
    calls.slots(conversation.id, account, business).then(
      (found) => left || setSlots(found),
      (error: unknown) => left || setFailure(error),
    );
    return () => {
      left = true;
    };
  }, [calls, conversation.id, account, business]);
  return { slots, failure };
}
