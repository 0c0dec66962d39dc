/** What the address of the page asks for; a value that is not understood is ignored. */

import { matchLanguage, matchTheme, type Look } from "./look";

export interface PageOptions {
  isEmbedded: boolean;
  title: string | null;
  accent: string | null;
  /** The look asked for, as far as it was understood. */
  look: Partial<Look>;
}

const ON_OR_OFF: Record<string, boolean> = { "1": true, true: true, "0": false, false: false };

/** Reads the options of the page from its query. */
export function readOptions(query: string): PageOptions {
  const values = new URLSearchParams(query);
  return {
    isEmbedded: values.get("embed") === "1",
    title: values.get("title")?.slice(0, 40) || null,
    accent: parseColour(values.get("accent")),
    look: readLook(values.get("lang"), values.get("theme"), values.get("elder")),
  };
}

/** Understands the three words of a look, wherever they were written. */
export function readLook(lang: string | null | undefined, theme: string | null | undefined, elder: string | null | undefined): Partial<Look> {
  const language = matchLanguage(lang);
  const known = matchTheme(theme);
  const isElder = parseSwitch(elder);
  return { ...(language && { language }), ...(known && { theme: known }), ...(isElder !== null && { isElder }) };
}

/** Accepts `#rrggbb` only, so that nothing else reaches a style. */
export function parseColour(text: string | null): string | null {
  return text && /^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : null;
}

/** `1` and `true` are on, `0` and `false` off, anything else says nothing. */
function parseSwitch(text: string | null | undefined): boolean | null {
  return ON_OR_OFF[text ?? ""] ?? null;
}
