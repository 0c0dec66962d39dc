/** Entries of the settings: the sound of new messages, and the conversation as a file. */

import { useState } from "react";
import { Button } from "@chatui/core";
import { explainProblem, useLocale } from "../../locales/locale";
import "./tools.css";

export interface ToolsProps {
  hasSound: boolean;
  onSound(on: boolean): void;
  /** Gives the code of what went wrong, or null. */
  onTranscript(): Promise<string | null>;
}

/** Draws the entries. */
export function Tools({ hasSound, onSound, onTranscript }: ToolsProps): JSX.Element {
  const locale = useLocale();
  const { tools } = locale;
  const [code, setCode] = useState<string | null>(null);

  return (
    <div className="tools">
      <button type="button" className="elder-switch" role="switch" aria-checked={hasSound} onClick={() => onSound(!hasSound)} data-testid="sound-switch">
        <span className="elder-switch-words">
          <b>{tools.sound}</b>
        </span>
        <i className="elder-switch-track" aria-hidden="true" />
      </button>
      <Button className="tools-transcript" onClick={() => void onTranscript().then(setCode)} data-testid="transcript">
        {tools.transcript}
      </Button>
      {code && (
        <p role="alert" className="tools-fault" data-code={code}>
          {explainProblem(locale, code)}
        </p>
      )}
    </div>
  );
}
