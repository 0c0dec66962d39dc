/** How long a customer has waited, in the colour the server's limits give it; ticks by itself, so that the list need not. */
import { HourglassOutlined } from "@ant-design/icons";

import { useTick } from "../../hooks/useTick";
import { useLocale } from "../../locale/locale";
import { duration } from "../../locale/when";
import { toneOf } from "../../state/waits";
import styles from "./WaitPill.module.css";

interface Props {
  /** The moment (page clock, ms) the wait began. */
  since: number;
  limit_s?: number | null;
  amber_s?: number | null;
  /** With words in front: "customer waited 2:10". */
  wordy?: boolean;
}

export function WaitPill({ since, limit_s, amber_s, wordy = false }: Props) {
  const { t } = useLocale();
  const seconds = Math.max(0, Math.floor((useTick() - since) / 1000));
  const time = duration(seconds);
  return (
    <span className={styles.pill} data-tone={toneOf(seconds, { limit_s, amber_s })} data-testid="wait" title={t("wait.title", { time })}>
      <HourglassOutlined aria-hidden /> {wordy ? t("wait.words", { time }) : time}
    </span>
  );
}
