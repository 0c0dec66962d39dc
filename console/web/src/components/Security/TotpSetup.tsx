/** Sets up the second factor: a QR code, the first code of the telephone, and the recovery codes to keep. */
import { CheckCircleFilled, CopyOutlined } from "@ant-design/icons";
import { Alert, Button, Input } from "antd";
import { useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { confirmTotp, enrolTotp, type Enrolment } from "../../api/security";
import { useLocale } from "../../locale/locale";
import styles from "./Security.module.css";

interface Props {
  api: DeskApi;
  onDone: () => void;
}

export function TotpSetup({ api, onDone }: Props) {
  const { t } = useLocale();
  const [made, setMade] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const begin = () => {
    enrolTotp(api)
      .then(setMade)
      .catch((error: unknown) => setFailureKey(errorKey(error)));
  };
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  return (
    <div className={styles.totp}>
      <p>{t("totp.lead")}</p>
      {failureKey && <Alert type="error" showIcon message={t(failureKey)} />}
      {made ? (
        <Scan api={api} made={made} onCodes={setCodes} />
      ) : (
        <Button type="primary" onClick={begin} data-testid="totp-begin">
          {t("totp.begin")}
        </Button>
      )}
    </div>
  );
}

function Scan({ api, made, onCodes }: { api: DeskApi; made: Enrolment; onCodes: (codes: string[]) => void }) {
  const { t } = useLocale();
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const confirm = async () => {
    setBusy(true);
    setFailureKey(null);
    try {
      onCodes((await confirmTotp(api, code.trim())).recovery_codes);
    } catch (error) {
      setFailureKey(errorKey(error));
      setBusy(false);
    }
  };
  return (
    <div className={styles.scan}>
      <img src={made.qr} alt={t("totp.qr")} width={168} height={168} />
      <div>
        <p>{t("totp.scan")}</p>
        <code data-testid="totp-secret">{made.secret}</code>
        {failureKey && <Alert type="error" showIcon message={t(failureKey)} />}
        <Input
          value={code}
          onChange={(event) => setCode(event.target.value)}
          onPressEnter={() => void confirm()}
          placeholder={t("totp.code")}
          aria-label={t("totp.code")}
          autoComplete="one-time-code"
          maxLength={8}
          data-testid="totp-code"
        />
        <Button type="primary" loading={busy} disabled={code.trim().length < 6} onClick={() => void confirm()} data-testid="totp-confirm">
          {t("totp.confirm")}
        </Button>
      </div>
    </div>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useLocale();
  const copy = () => void navigator.clipboard?.writeText(codes.join("\n"));
  return (
    <div className={styles.totp} data-testid="recovery-codes">
      <p>
        <CheckCircleFilled className={styles.ok} /> {t("totp.recovery")}
      </p>
      <ul className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={styles.row}>
        <Button icon={<CopyOutlined />} onClick={copy}>
          {t("totp.copy")}
        </Button>
        <Button type="primary" onClick={onDone} data-testid="totp-done">
          {t("totp.kept")}
        </Button>
      </div>
    </div>
  );
}
