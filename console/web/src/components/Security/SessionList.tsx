/** One's own sessions: from where, since when; one that should not be there is ended with one click. */
import { Alert, Button, Tag } from "antd";
import { useCallback, useEffect, useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { endSession, ownSessions, type OwnSession } from "../../api/security";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import styles from "./Security.module.css";

export function SessionList({ api }: { api: DeskApi }) {
  const { t, word } = useLocale();
  const [sessions, setSessions] = useState<OwnSession[]>([]);
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const read = useCallback(() => {
    ownSessions(api)
      .then((answer) => setSessions(answer.sessions))
      .catch((error: unknown) => setFailureKey(errorKey(error)));
  }, [api]);
  useEffect(read, [read]);
  const end = (id: string) =>
    endSession(api, id)
      .then(read)
      .catch((error: unknown) => setFailureKey(errorKey(error)));
  return (
    <>
      {failureKey && <Alert type="error" showIcon message={t(failureKey)} />}
      <ul className={styles.sessions} data-testid="own-sessions">
        {sessions.map((one) => (
          <li key={one.id}>
            <div>
              <b>{browserOf(one.browser)}</b> {one.address}
              <small>
                {dayOf(one.began)} {clockTime(one.began)} · {word("session.way", one.way)}
              </small>
            </div>
            {one.current && <Tag color="cyan">{t("session.current")}</Tag>}
            {!one.live && <Tag>{word("session.ended", one.ended_why ?? "time")}</Tag>}
            {one.live && !one.current && (
              <Button size="small" danger onClick={() => void end(one.id)}>
                {t("session.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The browser's own name out of the long line it sends. */
export function browserOf(line: string): string {
  const found = /(Edg|OPR|Firefox|Chrome|Safari)\/(\d+)/.exec(line);
  return found ? `${found[1] === "Edg" ? "Edge" : found[1]} ${found[2]}` : line.slice(0, 24) || "–";
}
