/** The one place where a key becomes a sentence, in the language the agent chose. */
import { ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { useAppearance } from "../appearance/appearance";
import { BOOKS, type TextKey } from "../locales/books";
import { deskTheme } from "../styles/theme";

export type Language = "zh-CN" | "en";
export type Variables = Readonly<Record<string, string | number>>;

export interface Locale {
  readonly language: Language;
  readonly canned: readonly string[];
  /** The sentence of a key; an unknown key shows as itself, so that a missing sentence is seen. */
  t(key: TextKey | (string & {}), variables?: Variables): string;
  /** The word for a value of the wire (`skill`, `fault`); a value without a word shows as it came. */
  word(group: string, value: string): string;
  switchLanguage(): void;
}

const STORAGE_KEY = "gridtalk.desk.language";
const LocaleContext = createContext<Locale | null>(null);

/** Puts `{name}` variables into a sentence; an unknown variable stays visible. */
export function fill(sentence: string, variables: Variables = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(variables[name] ?? whole));
}

export function createLocale(language: Language, switchLanguage: () => void): Locale {
  const { texts } = BOOKS[language];
  return {
    language,
    canned: BOOKS[language].canned,
    t: (key, variables) => fill(texts[key] ?? key, variables),
    word: (group, value) => texts[`${group}.${value}`] ?? value,
    switchLanguage,
  };
}

export function useLocale(): Locale {
  const locale = useContext(LocaleContext);
  if (!locale) throw new Error("useLocale needs a LocaleProvider above it");
  return locale;
}

/** Gives language, antd's own words and the theme to everything below. */
export function LocaleProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    localStorage.getItem(STORAGE_KEY) === "en" ? "en" : "zh-CN",
  );
  const locale = useMemo(
    () => createLocale(language, () => setLanguage((now) => (now === "en" ? "zh-CN" : "en"))),
    [language],
  );
  const { dark, density } = useAppearance();
  const theme = useMemo(() => deskTheme({ dark, tight: density === "tight" }), [dark, density]);
  useEffect(() => {
    localStorage.setItem(STORAGE_KEY, language);
    document.documentElement.lang = language;
  }, [language]);
  return (
    <LocaleContext.Provider value={locale}>
      <ConfigProvider
        locale={language === "en" ? enUS : zhCN}
        theme={theme}
        button={{ autoInsertSpace: false }}
      >
        {children}
      </ConfigProvider>
    </LocaleContext.Provider>
  );
}
