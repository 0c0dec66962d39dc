/** The promises of this chat that are open: one heard in a line is confirmed, moved or dismissed with one click. */
import { AlertFilled, CheckOutlined, ClockCircleOutlined, CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";

import { replies, type PromiseAct, type PromiseMade } from "../../api/replies";
import { useArea, useDeskTools } from "../../hooks/useDeskTools";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import { useAct } from "../../hooks/useAct";
import { DueInput } from "./DueInput";
import styles from "./PromiseBar.module.css";

const SHOWN = 2;

export function PromiseBar({ conversationId }: { conversationId: string }) {
  const { t } = useLocale();
  const tools = useDeskTools();
  const [promises, again] = useArea("promises", conversationId, (api) => replies.promisesOf(api, conversationId));
  const open = (promises ?? []).filter((one) => one.state === "watching");
  const urgent = [...open].sort((a, b) => Number(a.confirmed) - Number(b.confirmed) || a.due_at.localeCompare(b.due_at));
  const { run, trouble } = useAct();
  if (!tools || open.length === 0) return null;
  const act = (one: PromiseMade, what: PromiseAct, due = "") =>
    void run(async () => {
      await replies.actOnPromise(tools.api, one.id, what, due);
      again();
    });
  return (
    <ul className={styles.list} aria-label={t("promise.title")} data-testid="promises">
      {urgent.slice(0, SHOWN).map((one) => (
        <Row key={`${one.id}-${one.due_at}`} promise={one} onAct={(what, due) => act(one, what, due)} />
      ))}
      {open.length > SHOWN && <li className={styles.more}>{t("promise.more", { count: open.length - SHOWN })}</li>}
      {trouble && <li role="alert">{t(trouble)}</li>}
    </ul>
  );
}

function Row({ promise, onAct }: { promise: PromiseMade; onAct: (act: PromiseAct, due?: string) => void }) {
  const { t } = useLocale();
  return (
    <li data-late={promise.late} data-confirmed={promise.confirmed} data-testid={`promise-${promise.id}`}>
      {promise.late ? <AlertFilled /> : <ClockCircleOutlined />}
      <span className={styles.text} title={promise.text}>
        {t(promise.confirmed ? "promise.watched" : "promise.heard", { text: promise.text })}
      </span>
      <DueInput value={promise.due_at} onChange={(due) => onAct("confirm", due)} />
      {promise.confirmed ? (
        <Button size="small" type="text" icon={<CheckOutlined />} onClick={() => onAct("kept")} data-testid="promise-kept">
          {t("promise.keep")}
        </Button>
      ) : (
        <Button size="small" type="primary" ghost onClick={() => onAct("confirm")} data-testid="promise-confirm">
          {t("promise.confirm")}
        </Button>
      )}
      <Button size="small" type="text" icon={<CloseOutlined />} onClick={() => onAct("drop")} data-testid="promise-drop">
        {t(promise.confirmed ? "promise.withdraw" : "promise.none")}
      </Button>
    </li>
  );
}

/** `18:00` today, `11-22 18:00` on another day. */
export function dueLabel(iso: string, today: string): string {
  return dayOf(iso) === today ? clockTime(iso) : `${dayOf(iso).slice(5)} ${clockTime(iso)}`;
}
