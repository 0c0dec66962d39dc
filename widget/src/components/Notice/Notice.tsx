/** A friendly line about something that did not work, with what to do. */

import { Button } from "@chatui/core";
import type { ErrorFrame } from "../../connection/wire";
import { explainProblem, useLocale } from "../../locales/locale";
import { Icon } from "../Icons/Icons";
import "./notice.css";

/** Draws the line until it is dismissed or something else is sent. */
export function Notice({ problem, onDismiss }: { problem: ErrorFrame; onDismiss(): void }): JSX.Element {
  const locale = useLocale();
  return (
    <div className="notice" role="alert" data-testid="notice" data-code={problem.code}>
      <Icon name="alert" />
      <span>{explainProblem(locale, problem.code)}</span>
      <Button onClick={onDismiss}>{locale.problem.dismiss}</Button>
    </div>
  );
}
