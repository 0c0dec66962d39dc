/** The words of the page, by language; components hold none. */

import { createContext, useContext } from "react";
import type { Language } from "./languages";
import chinese from "./zh-CN.json";

export type Locale = typeof chinese;

/** The language of most customers comes with the page, the others when they are asked for. */
const LOADERS: Record<Language, () => Promise<Locale>> = {
  "zh-CN": () => Promise.resolve(chinese),
  "zh-TW": async () => (await import("./zh-TW.json")).default,
  en: async () => (await import("./en.json")).default,
};

/** Loads the words of a language; rejects when the network fails. */
export function loadLocale(language: Language): Promise<Locale> {
  return LOADERS[language]();
}

/** Fills `{name}` places of a sentence. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** Says what happened and what to do, for an error code of the server. */
export function explainProblem(locale: Locale, code: string): string {
  const sentences: Record<string, string> = locale.problem;
  return sentences[code] ?? locale.problem.unknown;
}

export const LocaleContext = createContext<Locale>(chinese);

/** Gives the words of the current language. */
export function useLocale(): Locale {
  return useContext(LocaleContext);
}
