/** What is not needed often, behind one button of the head: the sound of new messages, the conversation as a file. */

import { useEffect, useId, useRef, useState, type ReactNode, type RefObject } from "react";
import { Button } from "@chatui/core";
import { explainProblem, useLocale } from "../../locales/locale";
import { Icon } from "../Icons/Icons";
import "./tools.css";

export interface ToolsProps {
  hasSound: boolean;
  onSound(on: boolean): void;
  /** Gives the code of what went wrong, or null. */
  onTranscript(): Promise<string | null>;
  /** Further entries. */
  children?: ReactNode;
}

/** Draws the button and, when it is pressed, the entries. */
export function Tools({ hasSound, onSound, onTranscript, children }: ToolsProps): JSX.Element {
  const locale = useLocale();
  const { tools } = locale;
  const [isOpen, setOpen] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  useClosing(place, isOpen, () => setOpen(false));

  return (
    <div className="tools" ref={place}>
      <Button className="header-close" aria-label={tools.open} aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)} data-testid="tools">
        <Icon name="more" />
      </Button>
      <div className="tools-list" id={id} hidden={!isOpen}>
        <button type="button" role="switch" aria-checked={hasSound} onClick={() => onSound(!hasSound)} data-testid="sound-switch">
          {tools.sound}
          <b aria-hidden="true">{hasSound ? tools.on : tools.off}</b>
        </button>
        <button type="button" onClick={() => void onTranscript().then(setCode)} data-testid="transcript">
          {tools.transcript}
        </button>
        {code && (
          <p role="alert" className="tools-fault" data-code={code}>
            {explainProblem(locale, code)}
          </p>
        )}
        {children}
      </div>
    </div>
  );
}

/** Closes the entries on Escape and on a press beside them; Escape does nothing else then. */
function useClosing(place: RefObject<HTMLElement>, isOpen: boolean, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return;
    const press = (event: PointerEvent): void => {
      if (!place.current?.contains(event.target as Node)) close();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    };
    document.addEventListener("pointerdown", press);
    document.addEventListener("keydown", key, true);
    return () => {
      document.removeEventListener("pointerdown", press);
      document.removeEventListener("keydown", key, true);
    };
  });
}
