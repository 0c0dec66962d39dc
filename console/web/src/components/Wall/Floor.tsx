/** The agents: state and since when, load as one square per chat in the colour of who waits there for a word. */
import { EyeFilled } from "@ant-design/icons";

import type { WallAgent, WallChat } from "../../api/wall";
import { useTick } from "../../hooks/useTick";
import { useLocale } from "../../locale/locale";
import { duration } from "../../locale/when";
import styles from "./Floor.module.css";
import type { LiveWall } from "./useWall";
import { chatsOf, colourOf, floorOrder, secondsSince } from "./wallView";

interface Props {
  live: LiveWall;
  onOpen: (conversationId: string) => void;
  onAgent: (agentId: string) => void;
}

export function Floor({ live, onOpen, onAgent }: Props) {
  const { t } = useLocale();
  useTick();
  const { wall, ahead } = live;
  if (!wall) return null;
  const now = Date.now() + ahead;
  const agents = floorOrder(wall.agents);
  const online = agents.filter((agent) => agent.state !== "offline").length;
  return (
    <section className={styles.floor} aria-label={t("wall.agents")} data-testid="wall-floor">
      <h2>
        {t("wall.agents")} <b>{t("wall.online", { online, count: agents.length })}</b>
      </h2>
      <ul>
        {agents.map((agent) => (
          <Card
            key={agent.id}
            agent={agent}
            chats={chatsOf(wall, agent.id)}
            now={now}
            onOpen={onOpen}
            onAgent={() => onAgent(agent.id)}
          />
        ))}
      </ul>
    </section>
  );
}

interface CardProps {
  agent: WallAgent;
  chats: WallChat[];
  now: number;
  onOpen: Props["onOpen"];
  onAgent: () => void;
}

function Card({ agent, chats, now, onOpen, onAgent }: CardProps) {
  const { t, word } = useLocale();
  return (
    <li data-state={agent.state} data-testid="wall-agent">
      <button type="button" className={styles.who} onClick={onAgent} title={agent.skills.map((skill) => word("skill", skill)).join(" ")}>
        <b>{agent.name}</b>
        <span className={styles.load}>
          {agent.load}/{agent.max_chats}
        </span>
      </button>
      <p>
        <span>{word("seat", agent.state)}</span>
        {agent.since && <time>{duration(secondsSince(agent.since, now))}</time>}
        <span className={styles.today}>
          {agent.today && t("wall.done", { count: agent.today.closed + agent.today.returned })}
          {agent.today?.stars ? ` ★${agent.today.stars.toFixed(1)}` : ""}
        </span>
      </p>
      <div className={styles.chats}>
        {chats.map((chat) => (
          <button
            key={chat.conversation_id}
            type="button"
            data-colour={colourOf(chat, now)}
            data-angry={(chat.mood ?? 0) >= 3}
            aria-label={t("wall.watch_chat", { name: chat.display_name })}
            title={`${chat.display_name} · ${word("skill", chat.skill)}`}
            onClick={() => onOpen(chat.conversation_id)}
          >
            {chat.attended && <EyeFilled />}
          </button>
        ))}
      </div>
    </li>
  );
}
