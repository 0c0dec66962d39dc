/** What is still owed to customers: the promises that are open, and who has to be called because no channel reached them. */
import { PhoneOutlined, SmileOutlined } from "@ant-design/icons";
import { Button, Input, Segmented } from "antd";
import { useState } from "react";

import { replies, type Call, type PromiseAct, type PromiseMade } from "../../api/replies";
import { useAct } from "../../hooks/useAct";
import { useArea, useDeskTools } from "../../hooks/useDeskTools";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import type { PageProps } from "../../pages/pages";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import { DueInput } from "../Composer/DueInput";
import { EmptyState } from "../EmptyState/EmptyState";
import styles from "./DutyPage.module.css";

export function DutyPage({ me, onOpen }: PageProps) {
  const { t } = useLocale();
  const [tab, setTab] = useState<"promises" | "calls">("promises");
  const [calls, again] = useArea("calls", "all", replies.calls);
  return (
    <section className={styles.page} data-testid="duty-page">
      <header className={styles.head}>
        <h1>{t("duty.title")}</h1>
        <Segmented
          value={tab}
          onChange={(next) => setTab(next as typeof tab)}
          options={[
            { value: "promises", label: t("duty.promises") },
            { value: "calls", label: `${t("duty.calls")} ${calls?.length ?? ""}` },
          ]}
        />
      </header>
      {tab === "promises" ? (
        <Promises supervises={me.role === "supervisor"} onOpen={onOpen} />
      ) : (
        <Calls calls={calls} onDone={again} onOpen={onOpen} />
      )}
    </section>
  );
}

function Promises({ supervises, onOpen }: { supervises: boolean } & Pick<PageProps, "onOpen">) {
  const { t } = useLocale();
  const tools = useDeskTools();
  const [scope, setScope] = useState<"mine" | "all">(supervises ? "all" : "mine");
  const [promises, again] = useArea("promises", scope, (api) => replies.openPromises(api, scope));
  const { run, trouble } = useAct();
  const act = (one: PromiseMade, what: PromiseAct, due = "") =>
    void run(() => (tools ? replies.actOnPromise(tools.api, one.id, what, due).then(again) : Promise.resolve()));
  return (
    <>
      {supervises && (
        <Segmented
          size="small"
          value={scope}
          onChange={(next) => setScope(next as typeof scope)}
          options={[
            { value: "mine", label: t("duty.mine") },
            { value: "all", label: t("duty.all") },
          ]}
        />
      )}
      {trouble && <p role="alert">{t(trouble)}</p>}
      {promises?.length === 0 && <EmptyState icon={<SmileOutlined />} title={t("promise.empty")} hint={t("promise.empty_hint")} />}
      <ul className={styles.list}>
        {(promises ?? []).map((one) => (
          <li key={`${one.id}-${one.due_at}`} className={styles.row} data-late={one.late} data-testid={`duty-promise-${one.id}`}>
            <div className={styles.what}>
              <b>{one.text}</b>
              <span>
                {one.agent.name} · {t(one.late ? "promise.late" : one.reminded ? "promise.soon" : "promise.waiting")}
              </span>
            </div>
            <DueInput value={one.due_at} onChange={(due) => act(one, "confirm", due)} />
            <Button size="small" onClick={() => onOpen(one.conversation_id)}>
              {t("draft.open_chat")}
            </Button>
            <Button size="small" type="primary" ghost onClick={() => act(one, "kept")} data-testid="promise-kept">
              {t("promise.keep")}
            </Button>
            <Button size="small" danger onClick={() => act(one, "broken")}>
              {t("promise.break")}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Calls({ calls, onDone, onOpen }: { calls: Call[] | null; onDone: () => void } & Pick<PageProps, "onOpen">) {
  const { t } = useLocale();
  if (calls?.length === 0) return <EmptyState icon={<PhoneOutlined />} title={t("calls.none")} hint={t("calls.none_hint")} />;
  return (
    <ul className={styles.list}>
      {(calls ?? []).map((call) => (
        <CallRow key={call.id} call={call} onDone={onDone} onOpen={onOpen} />
      ))}
    </ul>
  );
}

function CallRow({ call, onDone, onOpen }: { call: Call; onDone: () => void } & Pick<PageProps, "onOpen">) {
  const { t } = useLocale();
  const tools = useDeskTools();
  const [note, setNote] = useState("");
  const act = useAct();
  if (!tools) return null;
  const finish = () => void act.run(() => replies.finishCall(tools.api, call.id, note.trim()).then(onDone));
  return (
    <li className={styles.call} data-testid={`call-${call.id}`}>
      <p className={styles.meta}>
        <ChannelIcon channel={call.channel} /> <b>{call.display_name}</b>
        <span title={call.reason}>{t("calls.undelivered")}</span>
        <span>
          {t("calls.since", { at: `${dayOf(call.created_at).slice(5)} ${clockTime(call.created_at)}` })}
        </span>
        <Button type="link" size="small" onClick={() => onOpen(call.conversation_id)}>
          {t("draft.open_chat")}
        </Button>
      </p>
      <ol className={styles.lines} aria-label={t("calls.lines")}>
        {call.lines.map((line) => (
          <li key={line.seq}>{line.text}</li>
        ))}
      </ol>
      <div className={styles.done}>
        <Input
          value={note}
          maxLength={500}
          placeholder={t("calls.note")}
          aria-label={t("calls.note")}
          onChange={(event) => setNote(event.target.value)}
          data-testid="call-note"
        />
        <Button type="primary" disabled={!note.trim()} loading={act.busy} onClick={finish} data-testid="call-done">
          {t("calls.done")}
        </Button>
      </div>
      {act.trouble && <p role="alert">{t(act.trouble)}</p>}
    </li>
  );
}
