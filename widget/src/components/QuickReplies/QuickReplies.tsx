/** The buttons below the last answer of the assistant. */

import { Button } from "@chatui/core";
import { useInnerLanguage } from "../../page/use_look";
import { useLocale } from "../../locales/locale";
import type { Button as Choice } from "../../connection/wire";
import "./quick_replies.css";

export interface QuickRepliesProps {
  choices: readonly Choice[];
  onPress(choice: Choice): void;
}

/** Draws the choices. */
export function QuickReplies({ choices, onPress }: QuickRepliesProps): JSX.Element {
  const locale = useLocale();
  const inner = useInnerLanguage();

  return (
    <div className="quick-replies" role="group" aria-label={locale.message.quickReplies}>
      {choices.map((choice) => (
        <Button key={choice.label + choice.payload} lang={inner} data-testid="quick-reply" onClick={() => onPress(choice)}>
          {choice.label}
        </Button>
      ))}
    </div>
  );
}
