/** What must not be overlooked, the worst first; a press goes to where it happens. */
import {
  ApiOutlined,
  ClockCircleFilled,
  FrownFilled,
  HourglassFilled,
  PhoneFilled,
  ThunderboltFilled,
  UsergroupDeleteOutlined,
} from "@ant-design/icons";
import { useState, type ComponentType } from "react";

import type { Alarm } from "../../api/wall";
import { useTick } from "../../hooks/useTick";
import { useLocale } from "../../locale/locale";
import { duration } from "../../locale/when";
import styles from "./Panel.module.css";
import own from "./Alarms.module.css";
import type { LiveWall } from "./useWall";
import { secondsSince } from "./wallView";

const ICONS: Readonly<Record<string, ComponentType>> = {
  danger_waiting: ThunderboltFilled,
  uncovered: UsergroupDeleteOutlined,
  wait_broken: HourglassFilled,
  first_response_broken: ClockCircleFilled,
  agent_silent: ClockCircleFilled,
  angry: FrownFilled,
  bot_errors: ApiOutlined,
  follow_up_late: PhoneFilled,
  call_missed: PhoneFilled,
  ran_out: ClockCircleFilled,
};
const AMBER = new Set(["angry", "bot_errors", "follow_up_late", "agent_silent"]);

interface Props {
  live: LiveWall;
  onOpen: (conversationId: string) => void;
  onAgent: (agentId: string) => void;
}

export function Alarms({ live, onOpen, onAgent }: Props) {
  const { t } = useLocale();
  useTick();
  const [only, setOnly] = useState<string | null>(null);
  const { wall, ahead } = live;
  if (!wall) return null;
  const kinds = countKinds(wall.alarms);
  const chosen = only !== null && kinds.has(only) ? only : null;
  const shown = chosen ? wall.alarms.filter((alarm) => alarm.kind === chosen) : wall.alarms;
  const names = Object.fromEntries(wall.agents.map((agent) => [agent.id, agent.name]));
  const press = (alarm: Alarm) => {
    if (alarm.conversation_id) onOpen(alarm.conversation_id);
    else if (alarm.agent_id) onAgent(alarm.agent_id);
  };
  return (
    <section className={styles.panel} aria-label={t("wall.alarms")} aria-live="polite" data-testid="wall-alarms">
      <h2>
        {t("wall.alarms")} <b data-colour={wall.alarms.length > 0 ? "red" : undefined}>{wall.alarms.length}</b>
      </h2>
      {wall.alarms.length === 0 && <p className={styles.empty}>{t("wall.alarms_none")}</p>}
      {kinds.size > 1 && <Kinds kinds={kinds} chosen={chosen} onChoose={setOnly} />}
      <ol className={styles.list}>
        {shown.map((alarm, index) => (
          <Row
            key={`${alarm.kind}-${alarm.conversation_id ?? alarm.skill ?? index}`}
            alarm={alarm}
            agent={alarm.agent_id ? (names[alarm.agent_id] ?? alarm.agent_id) : ""}
            now={Date.now() + ahead}
            onPress={() => press(alarm)}
          />
        ))}
      </ol>
    </section>
  );
}

/** How many of each kind, in the order of their weight. */
export function countKinds(alarms: readonly Alarm[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of alarms) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** On a bad day one kind would hide the others: a press shows one kind alone, a second one all. */
function Kinds(props: { kinds: ReadonlyMap<string, number>; chosen: string | null; onChoose: (kind: string | null) => void }) {
  const { word } = useLocale();
  const { kinds, chosen, onChoose } = props;
  return (
    <div className={own.kinds}>
      {[...kinds].map(([kind, count]) => (
        <button
          key={kind}
          type="button"
          aria-pressed={kind === chosen}
          onClick={() => onChoose(kind === chosen ? null : kind)}
          data-testid="wall-alarm-kind"
        >
          {word("alarm", kind)} <b>{count}</b>
        </button>
      ))}
    </div>
  );
}

function Row({ alarm, agent, now, onPress }: { alarm: Alarm; agent: string; now: number; onPress: () => void }) {
  const { word, t } = useLocale();
  const Icon = ICONS[alarm.kind] ?? ClockCircleFilled;
  const colour = AMBER.has(alarm.kind) ? "amber" : "red";
  const about = [alarm.display_name, agent, alarm.skill && word("skill", alarm.skill)].filter(Boolean).join(" · ");
  return (
    <li>
      <button type="button" onClick={onPress} data-colour={colour} data-testid="wall-alarm" data-kind={alarm.kind}>
        <span className={own.icon} data-colour={colour}>
          <Icon />
        </span>
        <span className={styles.what}>
          <b>{word("alarm", alarm.kind)}</b>
          <span>{alarm.count > 1 || !about ? t("wall.times", { count: alarm.count }) : about}</span>
        </span>
        {alarm.since && <time>{duration(secondsSince(alarm.since, now))}</time>}
      </button>
    </li>
  );
}
