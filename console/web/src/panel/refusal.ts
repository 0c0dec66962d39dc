/** Says in words why an act was not done: the utility's own reason with its figures, or the desk's. */
import { ApiError, errorKey } from "../api/errors";
import type { Locale } from "../locale/locale";
import { clockTime, dayOf } from "../locale/when";

const MOMENTS = new Set(["change_until", "next_from"]);

export function refusalText(error: unknown, { t, word }: Locale): string {
  if (!(error instanceof ApiError)) return t("error.unexpected");
  if (error.code === "panel.refused") {
    const known = word("refusal", error.reason);
    const facts = Object.fromEntries(Object.entries(error.facts).map(([name, value]) => [name, shown(name, value)]));
    // A sentence whose figure did not come is said without it.
    const full = known === error.reason ? t("refusal.other", { reason: error.reason }) : t(`refusal.${error.reason}`, facts);
    return /\{\w+\}/.test(full) ? word("refusal_plain", error.reason) : full;
  }
  if (error.code.startsWith("panel.")) return t(`error.${error.code}`);
  if (error.agent) return t("refusal.not_owner", { name: error.agent.name });
  return t(errorKey(error));
}

/** The sentence for a part that could not be read. */
export function troubleText(trouble: string, { word, t }: Locale): string {
  const said = word("trouble", trouble);
  return said === trouble ? t("trouble.other", { code: trouble }) : said;
}

function shown(name: string, value: string | number | boolean): string {
  if (MOMENTS.has(name) && typeof value === "string") return `${dayOf(value).slice(5)} ${clockTime(value)}`;
  return String(value);
}
