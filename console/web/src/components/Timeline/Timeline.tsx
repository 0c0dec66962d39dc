/** Who owned the conversation, and when it changed hands. */
import type { TimelineEntry } from "../../api/types";
import { useLocale, type Locale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import styles from "./Timeline.module.css";

interface Props {
  entries: readonly TimelineEntry[];
  /** Names of agents by staff number; an unknown one is shown by number. */
  names: Readonly<Record<string, string>>;
}

export function Timeline({ entries, names }: Props) {
  const locale = useLocale();
  return (
    <section className={styles.timeline} aria-label={locale.t("timeline.title")} data-testid="timeline">
      <h3>{locale.t("timeline.title")}</h3>
      {entries.length === 0 && <p className={styles.empty}>{locale.t("timeline.empty")}</p>}
      <ol>
        {entries.map((entry, index) => (
          <li key={index}>
            <p className={styles.what}>
              <b>{locale.word("timeline", shortName(entry.name))}</b>
              <span>{names[entry.actor] ?? locale.word("actor", entry.actor)}</span>
              <time title={dayOf(entry.at)}>{clockTime(entry.at)}</time>
            </p>
            {detailText(entry, locale) && <p className={styles.detail}>{detailText(entry, locale)}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Event names are dotted (`handoff.escalation.accepted`); the last part says what happened. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Of the details only the words are for people; owner and epoch stand in the event's name. */
function detailText({ detail }: TimelineEntry, { word }: Locale): string {
  if (!detail) return "";
  if (typeof detail === "string") return word("reason", detail);
  if (typeof detail.number === "string") return detail.number;
  if (typeof detail.stars === "number") return "★".repeat(detail.stars) + "☆".repeat(5 - detail.stars);
  return typeof detail.reason === "string" ? word("reason", detail.reason) : "";
}
