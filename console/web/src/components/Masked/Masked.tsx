/** A value with something hidden: an eye beside it asks why, shows it for a few minutes and hides it again by itself. */
import { EyeInvisibleOutlined, EyeOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Popover } from "antd";
import { useEffect, useId, useState } from "react";

import { errorKey } from "../../api/errors";
import { unmask, unmaskReasons, type UnmaskReason, type Unmasked } from "../../api/security";
import { useLocale } from "../../locale/locale";
import { duration } from "../../locale/when";
import styles from "./Masked.module.css";
import { useMaskSource, type MaskSource } from "./MaskContext";

interface Props {
  /** What the server calls it: `slot:phone`, `line:12`, `account:6117`. */
  field: string;
  /** The masked value. */
  shown: string;
}

const HIDDEN = /\*{2,}/;

export function Masked({ field, shown }: Props) {
  const source = useMaskSource();
  if (!source || !HIDDEN.test(shown)) return <>{shown}</>;
  return <Hidden key={`${source.conversationId} ${field}`} source={source} field={field} shown={shown} />;
}

function Hidden({ source, field, shown }: Props & { source: MaskSource }) {
  const { t } = useLocale();
  const [asking, setAsking] = useState(false);
  const [seen, setSeen] = useState<Unmasked | null>(null);
  const left = useCountdown(seen, () => setSeen(null));
  if (seen) {
    return (
      <span className={styles.masked} data-testid="unmasked">
        <b>{seen.value}</b>
        <button type="button" className={styles.eye} onClick={() => setSeen(null)} aria-label={t("unmask.hide")}>
          <EyeInvisibleOutlined /> <small>{duration(left)}</small>
        </button>
      </span>
    );
  }
  const show = (value: Unmasked) => {
    setSeen(value);
    setAsking(false);
  };
  return (
    <span className={styles.masked}>
      {shown}
      <Popover
        open={asking}
        onOpenChange={setAsking}
        trigger="click"
        placement="bottomRight"
        destroyOnHidden
        content={<Why source={source} field={field} onShown={show} onCancel={() => setAsking(false)} />}
      >
        <button type="button" className={styles.eye} aria-label={t("unmask.show")} data-testid={`unmask-${field}`}>
          <EyeOutlined />
        </button>
      </Popover>
    </span>
  );
}

interface WhyProps {
  source: MaskSource;
  field: string;
  onShown: (value: Unmasked) => void;
  onCancel: () => void;
}

function Why({ source, field, onShown, onCancel }: WhyProps) {
  const { t, word } = useLocale();
  const [reasons, setReasons] = useState<UnmaskReason[]>([]);
  const [reason, setReason] = useState<string>();
  const [words, setWords] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const label = useId();
  useEffect(() => {
    unmaskReasons(source.api)
      .then((answer) => setReasons(answer.reasons))
      .catch((error: unknown) => setFailure(errorKey(error)));
  }, [source]);
  const show = async () => {
    setBusy(true);
    setFailure(null);
    try {
      onShown(await unmask(source.api, source.conversationId, { field, reason: reason ?? "", words: words.trim() }));
    } catch (error) {
      setFailure(errorKey(error));
      setBusy(false);
    }
  };
  const needsWords = reasons.find((one) => one.code === reason)?.words ?? false;
  return (
    <div className={styles.why} role="group" aria-labelledby={label} data-testid="unmask-why">
      <h4 id={label}>{t("unmask.title")}</h4>
      <p>{t("unmask.lead")}</p>
      <fieldset className={styles.reasons} aria-label={t("unmask.reason")} data-testid="unmask-reason">
        {reasons.map(({ code }) => (
          <label key={code}>
            <input type="radio" name={`reason-${label}`} checked={code === reason} onChange={() => setReason(code)} />
            {word("unmask.reason", code)}
          </label>
        ))}
      </fieldset>
      <Input
        value={words}
        maxLength={200}
        placeholder={t(needsWords ? "unmask.words_needed" : "unmask.words")}
        aria-label={t("unmask.words")}
        onChange={(event) => setWords(event.target.value)}
        data-testid="unmask-words"
      />
      {failure && <Alert type="error" showIcon message={t(failure)} />}
      <div className={styles.acts}>
        <Button size="small" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
        <Button
          size="small"
          type="primary"
          loading={busy}
          disabled={!reason || (needsWords && words.trim().length < 4)}
          onClick={() => void show()}
          data-testid="unmask-confirm"
        >
          {t("unmask.confirm")}
        </Button>
      </div>
    </div>
  );
}

/** Seconds until a shown value is hidden again. */
function useCountdown(seen: Unmasked | null, onOver: () => void): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (!seen) return undefined;
    const ends = performance.now() + seen.seconds * 1000;
    setLeft(seen.seconds);
    const timer = setInterval(() => {
      const rest = Math.ceil((ends - performance.now()) / 1000);
      setLeft(rest);
      if (rest <= 0) onOver();
    }, 1000);
    return () => clearInterval(timer);
    // `onOver` is a new function on every render and does the same each time.
  }, [seen]);
  return Math.max(0, left);
}
