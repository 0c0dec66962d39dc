/** The small panel below the head: language, theme and elder mode; what is chosen is kept for the next visit. */

import { useEffect, useRef, type FocusEvent, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { LANGUAGES, nameOf } from "../../locales/languages";
import { useLocale } from "../../locales/locale";
import { useLook } from "../../page/use_look";
import { Choices } from "./Choices";
import { ElderSwitch } from "./ElderSwitch";
import "./settings.css";

export interface SettingsProps {
  /** The button that opened the panel: a press on it is its own affair. */
  opener: RefObject<HTMLElement>;
  /** Closes the panel; the focus goes back to the opener unless it has gone elsewhere already. */
  onClose(returnsFocus: boolean): void;
  /** Settings of other parts of the chat, below our own. */
  children?: ReactNode;
}

/** Draws the panel. */
export function Settings({ opener, onClose, children }: SettingsProps): JSX.Element {
  const { settings } = useLocale();
  const { look, change } = useLook();
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => panel.current?.focus(), []);
  usePressOutside(panel, opener, onClose);

  const leave = (event: FocusEvent): void => {
    const next = event.relatedTarget as Node | null;
    if (next && !panel.current?.contains(next) && !opener.current?.contains(next)) onClose(false);
  };

  return (
    <div
      ref={panel}
      id="settings"
      className="settings"
      role="dialog"
      aria-label={settings.title}
      tabIndex={-1}
      data-testid="settings"
      onBlur={leave}
      onKeyDown={(event) => closeOnEscape(event, onClose)}
    >
      <ElderSwitch />
      <Choices
        legend={settings.language}
        options={LANGUAGES.map((language) => ({ value: language, label: nameOf(language), lang: language }))}
        chosen={look.language}
        onChoose={(language) => change({ language })}
      />
      <Choices
        legend={settings.theme}
        options={(["auto", "light", "dark"] as const).map((theme) => ({ value: theme, label: settings.themes[theme] }))}
        chosen={look.theme}
        onChoose={(theme) => change({ theme })}
      />
      {children}
      <button type="button" className="settings-done" data-testid="settings-close" onClick={() => onClose(true)}>
        {settings.close}
      </button>
    </div>
  );
}

function closeOnEscape(event: KeyboardEvent, onClose: (returnsFocus: boolean) => void): void {
  if (event.key !== "Escape") return;
  // The chat behind has its own Escape: one press closes one thing.
  event.preventDefault();
  event.stopPropagation();
  onClose(true);
}

function usePressOutside(panel: RefObject<HTMLElement>, opener: RefObject<HTMLElement>, onClose: (returnsFocus: boolean) => void): void {
  useEffect(() => {
    const look = (event: PointerEvent): void => {
      const target = event.target as Node;
      if (!panel.current?.contains(target) && !opener.current?.contains(target)) onClose(false);
    };
    document.addEventListener("pointerdown", look);
    return () => document.removeEventListener("pointerdown", look);
  }, [panel, opener, onClose]);
}
