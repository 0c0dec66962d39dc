/** Why a customer was offered to whom: what was asked, which rules had given way, and the verdict on everybody. */
import type { ReasonPath as Path, Verdict } from "../../api/offers";
import { useLocale, type Locale } from "../../locale/locale";
import styles from "./ReasonPath.module.css";

export function ReasonPath({ path }: { path: Path }) {
  const { t, word } = useLocale();
  const [chosen] = (path.considered ?? []).filter((one) => one.outcome === "chosen");
  if (!chosen) return null;
  const others = path.considered.filter((one) => one.outcome !== "chosen");
  return (
    <details className={styles.path} data-testid="reason-path">
      <summary>
        {t("why.title", { name: chosen.agent.name })}
        <em>{chosen.why.map((each) => word("why", each)).join(t("why.and"))}</em>
      </summary>
      <p className={styles.asked}>{asked(path, word, t)}</p>
      <ul>
        {others.map((verdict) => (
          <Other key={verdict.agent.id} verdict={verdict} />
        ))}
      </ul>
    </details>
  );
}

function Other({ verdict }: { verdict: Verdict }) {
  const { word } = useLocale();
  return (
    <li data-outcome={verdict.outcome}>
      <span>{verdict.agent.name}</span>
      <small>
        {verdict.load}/{verdict.max_chats}
      </small>
      <em>{verdict.why.map((each) => word("why", each)).join(" · ")}</em>
    </li>
  );
}

/** What the customer asks for by rule, and which rules no longer bind. */
function asked(path: Path, word: Locale["word"], t: Locale["t"]): string {
  const group: Readonly<Record<string, string>> = { skill: "skill", region: "region", language: "language", customer_class: "class" };
  const needs = Object.entries(path.asked).map(([rule, need]) => `${word("rule", rule)} ${word(group[rule] ?? rule, need)}`);
  const relaxed = path.relaxed.map((rule) => word("rule", rule)).join(t("why.and"));
  return [needs.join(" · "), relaxed && t("why.relaxed", { rules: relaxed, seconds: path.waited_s })].filter(Boolean).join(" · ");
}
