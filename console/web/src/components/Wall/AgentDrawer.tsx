/** One agent: the day's figures, the chats, and where they go when the agent leaves. */
import { EyeOutlined, SwapOutlined } from "@ant-design/icons";
import { App as Antd, Button, Drawer, Popconfirm, Select } from "antd";
import { useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { reassignAll, type Wall, type WallAgent, type WallChat } from "../../api/wall";
import { useTick } from "../../hooks/useTick";
import { useLocale, type Locale } from "../../locale/locale";
import { duration } from "../../locale/when";
import styles from "./AgentDrawer.module.css";
import panel from "./Panel.module.css";
import type { LiveWall } from "./useWall";
import { chatsOf, colourOf, secondsSince } from "./wallView";

interface Props {
  api: DeskApi;
  live: LiveWall;
  agentId: string | null;
  onClose: () => void;
  onOpen: (conversationId: string) => void;
}

export function AgentDrawer({ api, live, agentId, onClose, onOpen }: Props) {
  const { word } = useLocale();
  const agent = live.wall?.agents.find((one) => one.id === agentId);
  return (
    <Drawer
      open={Boolean(agent)}
      onClose={onClose}
      getContainer={false}
      width={420}
      title={agent && `${agent.name} ${agent.id} · ${word("seat", agent.state)}`}
    >
      {agent && live.wall && (
        <Inside key={agent.id} api={api} agent={agent} wall={live.wall} now={Date.now() + live.ahead} onOpen={onOpen} />
      )}
    </Drawer>
  );
}

interface InsideProps {
  api: DeskApi;
  agent: WallAgent;
  wall: Wall;
  now: number;
  onOpen: (conversationId: string) => void;
}

function Inside({ api, agent, wall, now, onOpen }: InsideProps) {
  const { t, word } = useLocale();
  useTick();
  const chats = chatsOf(wall, agent.id);
  return (
    <div className={styles.inside}>
      <p className={styles.skills}>{agent.skills.map((skill) => word("skill", skill)).join(" · ")}</p>
      <Day agent={agent} />
      <h3>{t("wall.chats_now", { count: chats.length })}</h3>
      <ol className={panel.list}>
        {chats.map((chat) => (
          <Chat key={chat.conversation_id} chat={chat} now={now} onOpen={onOpen} />
        ))}
      </ol>
      {chats.length > 0 && <MoveAll api={api} agent={agent} wall={wall} />}
    </div>
  );
}

function Day({ agent }: { agent: WallAgent }) {
  const { t } = useLocale();
  const { today } = agent;
  if (!today) return <p className={styles.none}>{t("wall.no_day")}</p>;
  const time = (seconds: number | null) => (seconds === null ? "–" : duration(Math.round(seconds)));
  const figures: [string, string][] = [
    ["served", String(today.served)],
    ["first", time(today.first_response_s)],
    ["handle", time(today.handle_s)],
    ["transfers", String(today.transfers)],
    ["csat", today.stars === null ? "–" : `${today.stars.toFixed(1)} (${today.rated})`],
  ];
  return (
    <dl className={styles.day}>
      {figures.map(([key, value]) => (
        <div key={key}>
          <dt>{t(`wall.figure_${key}`)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Chat({ chat, now, onOpen }: { chat: WallChat; now: number; onOpen: InsideProps["onOpen"] }) {
  const { t, word } = useLocale();
  const colour = colourOf(chat, now);
  return (
    <li>
      <button type="button" data-colour={colour} onClick={() => onOpen(chat.conversation_id)}>
        <EyeOutlined />
        <span className={panel.what}>
          <b>{chat.display_name}</b>
          <span>
            {word("skill", chat.skill)}
            {chat.open_since && ` · ${t("wall.unanswered", { time: duration(secondsSince(chat.open_since, now)) })}`}
          </span>
        </span>
        <time data-colour={colour}>{duration(secondsSince(chat.accepted_at, now))}</time>
      </button>
    </li>
  );
}

/** What opens from here opens in here: on a full screen nothing else is seen. */
function within(trigger: HTMLElement): HTMLElement {
  return trigger.parentElement ?? document.body;
}

/** Everything an agent serves, to the queues or to somebody, when they go. */
function MoveAll({ api, agent, wall }: { api: DeskApi; agent: WallAgent; wall: Wall }) {
  const locale = useLocale();
  const { t } = locale;
  const { message } = Antd.useApp();
  const [to, setTo] = useState("");
  const move = async () => {
    try {
      const moved = await reassignAll(api, agent.id, to, "");
      const failed = moved.filter((one) => one.code !== "").length;
      const key = failed > 0 ? "wall.moved_partly" : "wall.moved";
      void message[failed > 0 ? "warning" : "success"](t(key, { count: moved.length - failed, failed }));
    } catch (error) {
      void message.error(t(errorKey(error)));
    }
  };
  return (
    <div className={styles.move}>
      <Select
        className={styles.target}
        value={to}
        onChange={setTo}
        options={targetsOf(wall, agent.id, locale)}
        aria-label={t("wall.move_to")}
        getPopupContainer={within}
        showSearch
        optionFilterProp="label"
      />
      <Popconfirm
        title={t("wall.move_ask", { name: agent.name })}
        okText={t("wall.move_all")}
        cancelText={t("action.cancel")}
        getPopupContainer={within}
        onConfirm={move}
      >
        <Button danger icon={<SwapOutlined />} data-testid="move-all">
          {t("wall.move_all")}
        </Button>
      </Popconfirm>
    </div>
  );
}

function targetsOf(wall: Wall, without: string, { t }: Locale) {
  const people = wall.agents.filter((one) => one.id !== without && one.state !== "offline" && one.role === "agent");
  return [
    { value: "", label: t("wall.own_queues") },
    ...people.map((one) => ({ value: one.id, label: `${one.name} ${one.id} (${one.load}/${one.max_chats})` })),
  ];
}
