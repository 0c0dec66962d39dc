/** The words of the page, by language; components hold none. */

import { createContext, useContext } from "react";
import chinese from "./zh-CN.json";

export type Locale = typeof chinese;

/** Loads the asked language; whatever is not English is Chinese, the language the assistant understands. */
export async function loadLocale(language: string | null): Promise<Locale> {
  if (!language?.toLowerCase().startsWith("en")) return chinese;
  return (await import("./en.json")).default;
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
