/** The queue: by skill with the longest wait in its colour, and below it who waits, the worst first. */
import type { WallChat } from "../../api/wall";
import { useTick } from "../../hooks/useTick";
import { useLocale } from "../../locale/locale";
import { duration } from "../../locale/when";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import styles from "./Panel.module.css";
import type { LiveWall } from "./useWall";
import { colourOf, queueBySkill, secondsSince, waitingFirst } from "./wallView";

interface Props {
  live: LiveWall;
  onOpen: (conversationId: string) => void;
}

export function QueueBoard({ live, onOpen }: Props) {
  const { t } = useLocale();
  useTick();
  const { wall, ahead } = live;
  if (!wall) return null;
  const now = Date.now() + ahead;
  const rows = queueBySkill(wall, now);
  return (
    <section className={styles.panel} aria-label={t("wall.queue")} data-testid="wall-queue">
      <h2>
        {t("wall.queue")} <b>{wall.waiting.length}</b>
      </h2>
      {rows.length === 0 && <p className={styles.empty}>{t("wall.queue_empty")}</p>}
      <Skills rows={rows} now={now} />
      <ol className={styles.list}>
        {waitingFirst(wall, now).map((chat) => (
          <Row key={chat.conversation_id} chat={chat} now={now} onOpen={onOpen} />
        ))}
      </ol>
    </section>
  );
}

function Skills({ rows, now }: { rows: ReturnType<typeof queueBySkill>; now: number }) {
  const { t, word } = useLocale();
  if (rows.length === 0) return null;
  return (
    <table className={styles.skills}>
      <thead>
        <tr>
          <th>{t("wall.skill")}</th>
          <th>{t("wall.count")}</th>
          <th>{t("wall.longest")}</th>
          <th title={t("wall.free_hint")}>{t("wall.free")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.skill} data-testid="wall-skill" data-colour={row.colour}>
            <td>
              <i className={styles.dot} data-colour={row.colour} /> {word("skill", row.skill)}
            </td>
            <td>{row.count}</td>
            <td data-colour={row.colour}>{duration(secondsSince(row.longest.requested_at, now))}</td>
            <td data-colour={row.online === 0 ? "red" : undefined}>{row.online === 0 ? t("wall.nobody") : row.free}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Row({ chat, now, onOpen }: { chat: WallChat; now: number; onOpen: Props["onOpen"] }) {
  const { word } = useLocale();
  const colour = colourOf(chat, now);
  return (
    <li>
      <button type="button" onClick={() => onOpen(chat.conversation_id)} data-colour={colour} data-testid="wall-waiting">
        <ChannelIcon channel={chat.channel} />
        <span className={styles.name}>
          {chat.display_name}
          {chat.mood !== null && chat.mood >= 2 && <em data-mood={chat.mood}>{word("mood", String(chat.mood))}</em>}
        </span>
        <span className={styles.about}>{chat.priority < 5 ? word("priority", String(chat.priority)) : word("skill", chat.skill)}</span>
        <time data-colour={colour}>{duration(secondsSince(chat.requested_at, now))}</time>
      </button>
    </li>
  );
}
