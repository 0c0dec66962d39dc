/** The choices of a question that is answered: the one that was taken is marked, none can be pressed. */

import { fill, useLocale } from "../../locales/locale";
import type { Button as Choice } from "../../connection/wire";
import "./quick_replies.css";

export interface UsedRepliesProps {
  choices: readonly Choice[];
  chosen: string;
  /** The language of the choices, where it is not the page's. */
  lang: string | undefined;
}

/** Draws the used choices. */
export function UsedReplies({ choices, chosen, lang }: UsedRepliesProps): JSX.Element {
  const { message } = useLocale();

  return (
    <p className="used-replies" aria-label={fill(message.chosen, { choice: chosen })} role="group" data-testid="used-replies">
      {choices.map((choice) => (
        <span key={choice.label + choice.payload} lang={lang} data-used={choice.label === chosen} aria-hidden={choice.label !== chosen}>
          {choice.label}
        </span>
      ))}
    </p>
  );
}
