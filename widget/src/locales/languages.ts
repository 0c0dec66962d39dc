/** The languages the chat speaks, each by its own name. */

import names from "./languages.json";

export type Language = keyof typeof names;

export const LANGUAGES = Object.keys(names) as Language[];

/**
 * The language of what assistant and people write, where the page around it speaks another one.
 *
 * They write Chinese, in the script the customer writes in: a Chinese page says all there is to say.
 */
export function languageWithin(page: Language): Language | undefined {
  return page === "en" ? "zh-CN" : undefined;
}

/** How a language calls itself. */
export function nameOf(language: Language): string {
  return names[language];
}
