/** How the chat looks: language, theme and elder mode; asked for by the page, changed by the customer, kept by the browser. */

import type { KeyStore } from "../connection/storage";
import { LANGUAGES, type Language } from "../locales/languages";

export type Theme = "auto" | "light" | "dark";

export interface Look {
  language: Language;
  theme: Theme;
  isElder: boolean;
}

const KEPT_UNDER = "gridtalk.look";
const THEMES: readonly Theme[] = ["auto", "light", "dark"];

/**
 * Finds the look of a visit: what the customer chose before, else what the page asks for, else what the browser prefers.
 *
 * Args:
 *   asked: the options of the address; the customer's own choice outlives them.
 *   spoken: the browser's languages, the dearest first.
 */
export function findLook(store: KeyStore, asked: Partial<Look>, spoken: readonly string[]): Look {
  const kept = readKept(store);
  return {
    language: kept.language ?? asked.language ?? preferredLanguage(spoken),
    theme: kept.theme ?? asked.theme ?? "auto",
    isElder: kept.isElder ?? asked.isElder ?? false,
  };
}

/** Keeps a choice of the customer beside the earlier ones. */
export function keepLook(store: KeyStore, choice: Partial<Look>): void {
  store.set(KEPT_UNDER, JSON.stringify({ ...readKept(store), ...choice }));
}

/** Finds the language of a tag such as `zh-HK`, `zh-Hant-TW` or `en-GB`; null when we do not speak it. */
export function matchLanguage(tag: string | null | undefined): Language | null {
  const [primary, ...rest] = (tag ?? "").toLowerCase().split(/[-_]/);
  if (primary === "en") return "en";
  if (primary !== "zh") return null;
  if (rest.includes("hans")) return "zh-CN";
  return rest.some((part) => ["hant", "tw", "hk", "mo"].includes(part)) ? "zh-TW" : "zh-CN";
}

/** Finds the first language of the browser that we speak; Chinese when there is none. */
export function preferredLanguage(spoken: readonly string[]): Language {
  return spoken.map(matchLanguage).find((language) => language !== null) ?? "zh-CN";
}

/** Understands the name of a theme; anything else is none. */
export function matchTheme(name: string | null | undefined): Theme | null {
  return THEMES.find((theme) => theme === name) ?? null;
}

/** Writes the look on the root of the page, for the style sheets and the screen readers. */
export function showLook(root: HTMLElement, look: Look, prefersDark: boolean): void {
  const isDark = look.theme === "dark" || (look.theme === "auto" && prefersDark);
  root.lang = look.language;
  root.dataset.theme = isDark ? "dark" : "light";
  root.dataset.elder = String(look.isElder);
}

/** Whatever else stands in the store (another version's words, a broken write) counts as no choice. */
function readKept(store: KeyStore): Partial<Look> {
  const written = parse(store.get(KEPT_UNDER));
  const kept: Partial<Look> = {};
  const language = LANGUAGES.find((known) => known === written.language);
  const theme = THEMES.find((known) => known === written.theme);
  if (language) kept.language = language;
  if (theme) kept.theme = theme;
  if (typeof written.isElder === "boolean") kept.isElder = written.isElder;
  return kept;
}

function parse(text: string | null): Record<string, unknown> {
  try {
    const written: unknown = JSON.parse(text ?? "{}");
    return typeof written === "object" && written !== null ? (written as Record<string, unknown>) : {};
  } catch {
    return {}; // No choice is the safe reading of something we did not write.
  }
}
