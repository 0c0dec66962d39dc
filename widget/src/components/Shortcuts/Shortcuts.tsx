/** What most customers come for, one press away; in elder mode the few that matter, and the way to a person always. */

import { Button } from "@chatui/core";
import type { ChatSnapshot } from "../../connection/chat_connection";
import { useLocale, type Locale } from "../../locales/locale";
import { useLook } from "../../page/use_look";
import { Icon } from "../Icons/Icons";
import "./shortcuts.css";

/** A label in the customer's language, and the sentence the assistant understands. */
export type Shortcut = Locale["shortcuts"][number];

export interface ShortcutsProps {
  owner: ChatSnapshot["owner"];
  /** Whether a question with buttons is open: in elder mode nothing else is offered beside it. */
  hasChoices: boolean;
  onShortcut(shortcut: Shortcut): void;
}

/** Draws the row; a person is simply written to, without shortcuts. */
export function Shortcuts(props: ShortcutsProps): JSX.Element | null {
  const { look } = useLook();
  if (props.owner === "agent") return null;
  return look.isElder ? <FewShortcuts {...props} /> : <ManyShortcuts {...props} />;
}

function ManyShortcuts({ onShortcut }: ShortcutsProps): JSX.Element {
  const locale = useLocale();
  const { change } = useLook();
  return (
    <div className="shortcuts" role="group" aria-label={locale.composer.shortcuts}>
      <Button className="shortcut-elder" data-testid="elder-entry" onClick={() => change({ isElder: true })}>
        <Icon name="letters" />
        <span>{locale.settings.elder}</span>
      </Button>
      {locale.shortcuts.map((shortcut) => (
        <Button key={shortcut.text} data-testid="shortcut" onClick={() => onShortcut(shortcut)}>
          {shortcut.label}
        </Button>
      ))}
    </div>
  );
}

function FewShortcuts({ owner, hasChoices, onShortcut }: ShortcutsProps): JSX.Element {
  const locale = useLocale();
  const { human, humanText } = locale.header;
  return (
    <div className="shortcuts shortcuts-few" role="group" aria-label={locale.composer.shortcuts}>
      {!hasChoices &&
        locale.elder.shortcuts.map((shortcut) => (
          <Button key={shortcut.text} data-testid="shortcut" onClick={() => onShortcut(shortcut)}>
            {shortcut.label}
          </Button>
        ))}
      <Button
        className="shortcut-human"
        data-testid="human-button"
        disabled={owner === "queue"}
        onClick={() => onShortcut({ label: human, text: humanText })}
      >
        <Icon name="person" />
        <span>{owner === "queue" ? locale.elder.queued : human}</span>
      </Button>
    </div>
  );
}
