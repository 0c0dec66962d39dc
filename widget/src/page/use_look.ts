/** The look as React sees it: the customer's switches change it for the whole page and for the next visit. */

import { createContext, useCallback, useContext, useEffect, useLayoutEffect, useState } from "react";
import type { KeyStore } from "../connection/storage";
import { languageWithin, type Language } from "../locales/languages";
import { keepLook, showLook, type Look } from "./look";

export interface LookSwitch {
  look: Look;
  change(choice: Partial<Look>): void;
}

const DARK = "(prefers-color-scheme: dark)";

export const LookContext = createContext<LookSwitch>({
  look: { language: "zh-CN", theme: "auto", isElder: false },
  change: () => undefined,
});

/** Gives the look and the way to change it. */
export function useLook(): LookSwitch {
  return useContext(LookContext);
}

/** Gives the language of what the others write, where it is not the page's: for `lang` attributes. */
export function useInnerLanguage(): Language | undefined {
  return languageWithin(useLook().look.language);
}

/** Holds the look of the page, shows it, and keeps what the customer chooses. */
export function useLookOfPage(first: Look, store: KeyStore): LookSwitch {
  const [look, setLook] = useState(first);
  const prefersDark = usePrefersDark();

  const change = useCallback(
    (choice: Partial<Look>) => {
      keepLook(store, choice);
      setLook((now) => ({ ...now, ...choice }));
    },
    [store],
  );
  useLayoutEffect(() => showLook(document.documentElement, look, prefersDark), [look, prefersDark]);

  return { look, change };
}

function usePrefersDark(): boolean {
  const [query] = useState(() => window.matchMedia(DARK));
  const [isDark, setDark] = useState(query.matches);

  useEffect(() => {
    const look = (): void => setDark(query.matches);
    // The older name: Safari below 14 and the WebViews of its time know no other.
    query.addListener(look);
    return () => query.removeListener(look);
  }, [query]);

  return isDark;
}
