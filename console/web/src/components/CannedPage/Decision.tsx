/** Where a version stands: who wrote it, who decided; a supervisor approves it here or rejects it with a reason. */
import { Button, Input, Tag } from "antd";
import { useState } from "react";

import { replies, type Canned, type CannedVersion } from "../../api/replies";
import type { Agent } from "../../api/types";
import { useAct } from "../../hooks/useAct";
import { useDeskTools } from "../../hooks/useDeskTools";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import { approves } from "../../state/roles";
import styles from "./CannedPage.module.css";

export function Decision({ me, canned, onDone }: { me: Agent; canned: Canned; onDone: () => void }) {
  const { t } = useLocale();
  const tools = useDeskTools();
  const [reason, setReason] = useState("");
  const [versions, setVersions] = useState<CannedVersion[] | null>(null);
  const act = useAct();
  if (!tools) return null;
  const decide = (approve: boolean) =>
    void act.run(() => replies.decideCanned(tools.api, canned, approve, reason.trim()).then(onDone));
  const look = () => void act.run(async () => setVersions(await replies.cannedVersions(tools.api, canned.id)));
  return (
    <div className={styles.decision} data-state={canned.state}>
      <p>
        <b>{t("canned.version", { version: canned.version })}</b> · {canned.written_by.name} ·{" "}
        {dayOf(canned.written_at)} {clockTime(canned.written_at)}
        {canned.live_version !== null && canned.live_version !== canned.version && (
          <Tag>{t("canned.live", { version: canned.live_version })}</Tag>
        )}
        <Button type="link" size="small" onClick={look}>
          {t("canned.versions")}
        </Button>
      </p>
      {canned.state === "rejected" && <p className={styles.because}>{t("draft.because", { reason: canned.reason })}</p>}
      {canned.state === "pending" && approves(me) && (
        <div className={styles.act}>
          <Button type="primary" loading={act.busy} onClick={() => decide(true)} data-testid="canned-approve">
            {t("canned.approve")}
          </Button>
          <Input
            value={reason}
            maxLength={200}
            placeholder={t("canned.reject_why")}
            onChange={(event) => setReason(event.target.value)}
            data-testid="canned-reason"
          />
          <Button danger disabled={!reason.trim()} onClick={() => decide(false)} data-testid="canned-reject">
            {t("canned.reject")}
          </Button>
        </div>
      )}
      {canned.state === "pending" && !approves(me) && <p>{t("canned.waits")}</p>}
      {versions && (
        <ol className={styles.versions}>
          {versions.map((one) => (
            <li key={one.version} value={one.version}>
              <b>{t(`canned.${one.state}`)}</b> {one.written_by} {dayOf(one.written_at)}
              {one.reason && ` · ${one.reason}`}
              <span>{one.text}</span>
            </li>
          ))}
        </ol>
      )}
      {act.trouble && <p role="alert">{t(act.trouble)}</p>}
    </div>
  );
}
