/** One choice of few, as a row of radio buttons: arrows move inside, Tab leaves. */

import { useId } from "react";

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  /** The language of the label, where it is not the page's. */
  lang?: string;
}

export interface ChoicesProps<Value extends string> {
  legend: string;
  options: readonly Choice<Value>[];
  chosen: Value;
  onChoose(value: Value): void;
}

/** Draws the row. */
export function Choices<Value extends string>({ legend, options, chosen, onChoose }: ChoicesProps<Value>): JSX.Element {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      <div className="choices-row">
        {options.map(({ value, label, lang }) => (
          <label key={value} lang={lang}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === chosen}
              data-testid={`choice-${value}`}
              onChange={() => onChoose(value)}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
