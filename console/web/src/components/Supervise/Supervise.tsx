/** The supervisor's tab beside a chat: look on, whisper to the agent, speak in the chat, give it to somebody else. */
import { EyeInvisibleOutlined, EyeOutlined, LoginOutlined, LogoutOutlined, SendOutlined, SwapOutlined } from "@ant-design/icons";
import { App as Antd, Button, Input, Select } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";

import { errorKey } from "../../api/errors";
import { attend, readAttendance, reassign, readWall, speak, type Attendance, type WallAgent } from "../../api/wall";
import type { AsideProps } from "../../asides/asides";
import { useLocale } from "../../locale/locale";
import styles from "./Supervise.module.css";

type Act = (work: () => Promise<unknown>, done?: string) => Promise<boolean>;

export function Supervise({ state, thread, api }: AsideProps) {
  const { t } = useLocale();
  const { conversation } = thread;
  const { id, agent, epoch } = conversation;
  const me = state.me.id;
  const { present, act } = useAttendance(api, id, epoch);
  const mine = (kind: Attendance["kind"]) => present.some((one) => one.kind === kind && one.agent.id === me);
  const [watching, joined] = [mine("watch"), mine("join")];
  const others = present.filter((one) => one.agent.id !== me);
  const served = agent !== null && agent.id !== me;
  return (
    <section className={styles.panel} aria-label={t("aside.supervise")} data-testid="supervise">
      <p className={styles.who}>
        {served ? t("supervise.served_by", { name: agent.name }) : t(agent ? "supervise.yours" : "supervise.nobody")}
      </p>
      {others.length > 0 && (
        <p className={styles.others}>{t("supervise.others", { names: others.map((one) => one.agent.name).join(", ") })}</p>
      )}
      <Button
        block
        icon={watching ? <EyeInvisibleOutlined /> : <EyeOutlined />}
        onClick={() => void act(() => attend(api, id, watching ? "unwatch" : "watch"))}
        aria-pressed={watching}
        data-testid="watch"
      >
        {t(watching ? "supervise.unwatch" : "supervise.watch")}
      </Button>
      {served && (
        <>
          <Speak
            mark="whisper"
            title={t("supervise.whisper")}
            hint={t("supervise.whisper_hint", { name: agent.name })}
            onSend={(clientId, text) => act(() => speak(api, id, "whisper", clientId, text))}
          />
          <Button
            block
            danger={joined}
            icon={joined ? <LogoutOutlined /> : <LoginOutlined />}
            onClick={() => void act(() => attend(api, id, joined ? "leave" : "join"))}
            aria-pressed={joined}
            data-testid="join"
          >
            {t(joined ? "supervise.leave" : "supervise.join")}
          </Button>
          {joined && (
            <Speak
              mark="join"
              title={t("supervise.speak")}
              hint={t("supervise.speak_hint", { name: state.me.name })}
              onSend={(clientId, text) => act(() => speak(api, id, "join", clientId, text))}
            />
          )}
        </>
      )}
      <Reassign key={`${id}-${epoch}`} api={api} holder={agent?.id ?? ""} onMove={(to, note) => act(() => reassign(api, id, to, note), "supervise.moved")} />
    </section>
  );
}

/** Who is at this chat; every act reads it anew, and says what was refused. */
function useAttendance(api: AsideProps["api"], id: string, epoch: number): { present: Attendance[]; act: Act } {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const [present, setPresent] = useState<Attendance[]>([]);
  const read = useCallback(() => readAttendance(api, id).then(setPresent), [api, id]);
  useEffect(() => {
    read().catch((error: unknown) => void message.error(t(errorKey(error))));
    // Also when the conversation changes hands.
  }, [read, epoch, message, t]);
  const act: Act = async (work, done) => {
    try {
      await work();
      if (done) void message.success(t(done));
      await read();
      return true;
    } catch (error) {
      void message.error(t(errorKey(error)));
      return false;
    }
  };
  return { present, act };
}

interface SpeakProps {
  mark: "whisper" | "join";
  title: string;
  hint: string;
  onSend: (clientId: string, text: string) => Promise<boolean>;
}

/** A line to write; a refused one stays, and goes out again under the same id. */
function Speak({ mark, title, hint, onSend }: SpeakProps) {
  const { t } = useLocale();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const clientId = useRef(crypto.randomUUID());
  const send = async () => {
    if (!text.trim() || busy) return;
    setBusy(true);
    if (await onSend(clientId.current, text.trim())) {
      clientId.current = crypto.randomUUID();
      setText("");
    }
    setBusy(false);
  };
  return (
    <div className={styles.speak} data-mark={mark}>
      <label>
        {title}
        <small>{hint}</small>
        <Input.TextArea
          value={text}
          autoSize={{ minRows: 2, maxRows: 5 }}
          maxLength={2000}
          onChange={(event) => setText(event.target.value)}
          onPressEnter={(event) => {
            if (event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void send();
          }}
          data-testid={`${mark}-text`}
        />
      </label>
      <Button size="small" type="primary" icon={<SendOutlined />} loading={busy} disabled={!text.trim()} onClick={() => void send()} data-testid={`${mark}-send`}>
        {t("composer.send")}
      </Button>
    </div>
  );
}

const SKILLS = ["fault", "danger", "billing", "complaint", "application", "points", "general"];

interface ReassignProps {
  api: AsideProps["api"];
  holder: string;
  onMove: (to: string, note: string) => Promise<boolean>;
}

/** To an agent at work, or to the queue of a skill. */
function Reassign({ api, holder, onMove }: ReassignProps) {
  const { t, word } = useLocale();
  const [agents, setAgents] = useState<WallAgent[]>([]);
  const [to, setTo] = useState<string | undefined>();
  const [note, setNote] = useState("");
  const read = () => void readWall(api, "").then((wall) => setAgents(wall?.agents ?? []), () => setAgents([]));
  const people = agents.filter((one) => one.role === "agent" && one.state !== "offline" && one.id !== holder);
  const options = [
    { label: t("supervise.to_agent"), options: people.map((one) => ({ value: one.id, label: `${one.name} ${one.id} (${one.load}/${one.max_chats})` })) },
    { label: t("supervise.to_queue"), options: SKILLS.map((value) => ({ value, label: word("skill", value) })) },
  ];
  return (
    <div className={styles.speak}>
      <label>
        {t("supervise.reassign")}
        <Select
          value={to}
          placeholder={t("supervise.reassign_to")}
          onChange={setTo}
          onOpenChange={(open) => open && read()}
          options={options}
          showSearch
          optionFilterProp="label"
          data-testid="reassign-to"
        />
      </label>
      <Input value={note} maxLength={200} placeholder={t("supervise.note")} onChange={(event) => setNote(event.target.value)} />
      <Button size="small" icon={<SwapOutlined />} disabled={!to} onClick={() => to && void onMove(to, note.trim())} data-testid="reassign">
        {t("supervise.reassign_do")}
      </Button>
    </div>
  );
}
