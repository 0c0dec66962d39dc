/** The languages the chat speaks, each by its own name. */

import names from "./languages.json";

export type Language = keyof typeof names;

export const LANGUAGES = Object.keys(names) as Language[];

/** What assistant and people write in, whatever the page around them speaks. */
export const SERVED_IN: Language = "zh-CN";

/** How a language calls itself. */
export function nameOf(language: Language): string {
  return names[language];
}
