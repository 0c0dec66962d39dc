/** How the desk looks for this agent: light or dark, roomy or tight; kept in the browser. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

export type Theme = "system" | "light" | "dark";
export type Density = "roomy" | "tight";

export interface Appearance {
  readonly theme: Theme;
  readonly density: Density;
  /** What `theme` comes to on this machine now. */
  readonly dark: boolean;
  setTheme(theme: Theme): void;
  setDensity(density: Density): void;
}

const THEME_KEY = "gridtalk.desk.theme";
const DENSITY_KEY = "gridtalk.desk.density";
const DARK = "(prefers-color-scheme: dark)";
const PLAIN: Appearance = {
  theme: "light",
  density: "roomy",
  dark: false,
  setTheme: () => undefined,
  setDensity: () => undefined,
};
const AppearanceContext = createContext<Appearance>(PLAIN);

/** Without a provider above, the plain look. */
export function useAppearance(): Appearance {
  return useContext(AppearanceContext);
}

export function AppearanceProvider({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useKept<Theme>(THEME_KEY, ["system", "light", "dark"]);
  const [density, setDensity] = useKept<Density>(DENSITY_KEY, ["roomy", "tight"]);
  const systemDark = useSystemDark();
  const dark = theme === "dark" || (theme === "system" && systemDark);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.documentElement.dataset.density = density;
  }, [dark, density]);
  const appearance = useMemo(
    () => ({ theme, density, dark, setTheme, setDensity }),
    [theme, density, dark, setTheme, setDensity],
  );
  return <AppearanceContext.Provider value={appearance}>{children}</AppearanceContext.Provider>;
}

/** A choice among a few, the first when nothing known is kept. */
function useKept<T extends string>(key: string, choices: readonly [T, ...T[]]): [T, (next: T) => void] {
  const [value, setValue] = useState<T>(() => choices.find((one) => one === localStorage.getItem(key)) ?? choices[0]);
  const keep = useMemo(
    () => (next: T) => {
      localStorage.setItem(key, next);
      setValue(next);
    },
    [key],
  );
  return [value, keep];
}

function useSystemDark(): boolean {
  const [dark, setDark] = useState(() => window.matchMedia(DARK).matches);
  useEffect(() => {
    const query = window.matchMedia(DARK);
    const changed = () => setDark(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  return dark;
}
