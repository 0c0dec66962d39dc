/** When something is due, in the utility's own time zone; the time goes out when the field is left with a new one. */
import { useState } from "react";

import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import styles from "./PromiseBar.module.css";

const OFFSET = "+08:00";

export function DueInput({ value, onChange }: { value: string; onChange: (iso: string) => void }) {
  const { t } = useLocale();
  const shown = value ? `${dayOf(value)}T${clockTime(value)}` : "";
  const [text, setText] = useState(shown);
  const leave = () => {
    if (text && text !== shown) onChange(`${text}:00${OFFSET}`);
  };
  return (
    <input
      type="datetime-local"
      className={styles.due}
      aria-label={t("promise.due")}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={leave}
      onKeyDown={(event) => event.key === "Enter" && leave()}
      data-testid="promise-due"
    />
  );
}
