/** The figures of the day in one strip. */
import type { Wall } from "../../api/wall";
import { useLocale } from "../../locale/locale";
import { duration } from "../../locale/when";
import styles from "./Today.module.css";
import { moods, percent } from "./wallView";

interface Tile {
  readonly key: string;
  readonly value: string;
  readonly hint?: string;
  readonly alarming?: boolean;
}

export function Today({ wall }: { wall: Wall }) {
  const { t } = useLocale();
  return (
    <dl className={styles.strip} aria-label={t("wall.today")} data-testid="wall-today">
      {tilesOf(wall).map(({ key, value, hint, alarming }) => (
        <div key={key} data-alarming={alarming} title={t(`wall.figure_${key}_hint`)}>
          <dt>{t(`wall.figure_${key}`)}</dt>
          <dd>
            {value}
            {hint && <small>{hint}</small>}
          </dd>
        </div>
      ))}
      <Moods wall={wall} />
    </dl>
  );
}

function tilesOf(wall: Wall): Tile[] {
  const { today } = wall;
  const asked = today.requests;
  const reached = asked > 0 ? Math.min(1, today.answered / asked) : null;
  return [
    { key: "waiting", value: String(wall.waiting.length), alarming: wall.waiting.length > 0 },
    { key: "serving", value: String(wall.serving.length) },
    { key: "requests", value: String(asked) },
    {
      key: "answered",
      value: percent(reached),
      hint: `${today.answered}`,
      alarming: reached !== null && reached < wall.service_level,
    },
    { key: "abandoned", value: String(today.abandoned) },
    { key: "wait", value: time(today.wait_s) },
    { key: "first", value: time(today.first_response_s) },
    { key: "handle", value: time(today.handle_s) },
    { key: "returned", value: String(today.returned) },
    { key: "csat", value: today.stars === null ? "–" : today.stars.toFixed(1), hint: today.rated ? `${today.rated}` : "" },
    { key: "self", value: percent(today.self_service_rate) },
  ];
}

function time(seconds: number | null): string {
  return seconds === null ? "–" : duration(Math.round(seconds));
}

/** How those who are here now feel, as a bar. */
function Moods({ wall }: { wall: Wall }) {
  const { t, word } = useLocale();
  const counts = moods(wall);
  const known = counts.reduce((sum, count) => sum + count, 0);
  return (
    <div className={styles.moods}>
      <dt>{t("wall.mood")}</dt>
      <dd role="img" aria-label={counts.map((count, mood) => `${word("mood", String(mood))} ${count}`).join(", ")}>
        {known === 0 && "–"}
        {counts.map((count, mood) =>
          count > 0 ? <i key={mood} data-mood={mood} style={{ flexGrow: count }} title={`${word("mood", String(mood))} ${count}`} /> : null,
        )}
      </dd>
    </div>
  );
}
