/** The chat in its look and its words: what every component below asks for without knowing where it comes from. */

import { useEffect, useState } from "react";
import type { ChatConnection } from "../connection/chat_connection";
import type { KeyStore } from "../connection/storage";
import type { Language } from "../locales/languages";
import { loadLocale, LocaleContext, type Locale } from "../locales/locale";
import { ChatPage } from "./ChatPage";
import type { Look } from "./look";
import type { PageOptions } from "./options";
import { PANEL_SOURCE, tellPage } from "./panel";
import { LookContext, useLookOfPage } from "./use_look";

export interface ChatAppProps {
  connection: ChatConnection;
  options: PageOptions;
  /** The look at the beginning. */
  look: Look;
  store: KeyStore;
}

/** Draws the chat once its words are there. */
export function ChatApp({ connection, options, look: first, store }: ChatAppProps): JSX.Element | null {
  const lookSwitch = useLookOfPage(first, store);
  const { language, isElder } = lookSwitch.look;
  const words = useWords(language);

  const isDrawn = words !== null;

  useEffect(() => {
    // The launcher answers at once: the page must already be listening, which it is as soon as it is drawn.
    if (options.isEmbedded && isDrawn) tellPage({ source: PANEL_SOURCE, type: "look", language, isElder });
  }, [options.isEmbedded, isDrawn, language, isElder]);

  if (!words) return null;
  return (
    <LookContext.Provider value={lookSwitch}>
      <LocaleContext.Provider value={words}>
        <ChatPage connection={connection} options={options} />
      </LocaleContext.Provider>
    </LookContext.Provider>
  );
}

/** Loads the words of a language; those already shown stay until the new ones are there. */
function useWords(language: Language): Locale | null {
  const [words, setWords] = useState<Locale | null>(null);

  useEffect(() => {
    let isStale = false;
    const take = (loaded: Locale): void => {
      if (!isStale) setWords(loaded);
    };
    // Without the network the words that came with the page serve; the next visit asks for the others again.
    loadLocale(language).catch(() => loadLocale("zh-CN")).then(take);
    return () => {
      isStale = true;
    };
  }, [language]);

  return words;
}
