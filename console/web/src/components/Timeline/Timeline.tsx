/** Who owned the conversation, and when it changed hands. */
import type { ReasonPath as Path } from "../../api/offers";
import type { TimelineEntry } from "../../api/types";
import { useLocale, type Locale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import { ReasonPath } from "../ReasonPath/ReasonPath";
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
            {pathOf(entry) && <ReasonPath path={pathOf(entry)!} />}
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

/** Why it was offered to whom. */
function pathOf({ detail }: TimelineEntry): Path | null {
  return detail && typeof detail === "object" && "path" in detail ? (detail.path as Path) : null;
}

/** Who was asked, and the reason of a refusal in the agent's own words. */
function whom(detail: Record<string, unknown>): string {
  const named = [detail.agent, detail.to].find((one) => one && typeof one === "object") as { name?: string } | undefined;
  return [named?.name, detail.said].filter((one) => typeof one === "string" && one).join(" · ");
}

/** Of the details only the words are for people; owner and epoch stand in the event's name. */
function detailText({ name, detail }: TimelineEntry, { word }: Locale): string {
  if (!detail || shortName(name) === "transferred") return "";
  if (typeof detail === "string") return word("reason", detail);
  if (typeof detail.number === "string") return detail.number;
  if (typeof detail.stars === "number") return "★".repeat(detail.stars) + "☆".repeat(5 - detail.stars);
  if (typeof detail.reason === "string") return word("reason", detail.reason);
  return whom(detail) || (typeof detail.skill === "string" ? word("skill", detail.skill) : "");
}
