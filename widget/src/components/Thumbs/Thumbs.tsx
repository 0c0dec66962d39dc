/** Lets the customer say whether an answer of the assistant helped, and what was wrong with one that did not. */

import { useState } from "react";
import { explainProblem, useLocale } from "../../locales/locale";
import type { Fault } from "../../connection/wire";
import { Icon } from "../Icons/Icons";
import { useOpinions } from "../Survey/opinions";
import "./thumbs.css";

const FAULTS: readonly Fault[] = ["wrong", "misunderstood", "too_long", "other"];

/** Draws the two thumbs below an answer; the server's word shows which one stands. */
export function Thumbs({ seq }: { seq: number }): JSX.Element {
  const locale = useLocale();
  const { thumbs } = locale;
  const { given, give } = useOpinions();
  const [code, setCode] = useState<string | null>(null);
  const evaluation = given[seq];
  const say = async (value: 1 | -1, reason?: Fault): Promise<void> => setCode(await give({ seq, value, ...(reason ? { reason } : {}) }));

  return (
    <div className="thumbs" role="group" aria-label={thumbs.group} data-testid="thumbs" data-value={evaluation?.value ?? 0}>
      <Thumb word={thumbs.up} icon="thumb_up" isOn={evaluation?.value === 1} onPress={() => void say(1)} />
      <Thumb word={thumbs.down} icon="thumb_down" isOn={evaluation?.value === -1} onPress={() => void say(-1)} />
      {evaluation?.value === 1 && <span className="thumbs-thanks">{thumbs.thanks}</span>}
      {evaluation?.value === -1 && <Faults chosen={evaluation.reason} onChoose={(reason) => void say(-1, reason)} />}
      {code && (
        <span role="alert" className="thumbs-fault" data-code={code}>
          {explainProblem(locale, code)}
        </span>
      )}
    </div>
  );
}

interface ThumbProps {
  word: string;
  icon: "thumb_up" | "thumb_down";
  isOn: boolean;
  onPress(): void;
}

function Thumb({ word, icon, isOn, onPress }: ThumbProps): JSX.Element {
  return (
    <button type="button" className="thumb" aria-label={word} title={word} aria-pressed={isOn} onClick={onPress} data-testid={icon}>
      <Icon name={icon} />
    </button>
  );
}

function Faults({ chosen, onChoose }: { chosen: Fault | undefined; onChoose(fault: Fault): void }): JSX.Element {
  const { thumbs } = useLocale();
  return (
    <span className="thumbs-faults" role="group" aria-label={thumbs.why}>
      {FAULTS.map((fault) => (
        <button key={fault} type="button" aria-pressed={fault === chosen} onClick={() => onChoose(fault)} data-testid={`fault-${fault}`}>
          {thumbs[fault]}
        </button>
      ))}
    </span>
  );
}
