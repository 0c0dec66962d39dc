/** The switch of elder mode, with what it brings. */

import { useLocale } from "../../locales/locale";
import { useLook } from "../../page/use_look";

/** Draws the switch. */
export function ElderSwitch(): JSX.Element {
  const { settings } = useLocale();
  const { look, change } = useLook();

  return (
    <button
      type="button"
      className="elder-switch"
      role="switch"
      aria-checked={look.isElder}
      data-testid="elder-switch"
      onClick={() => change({ isElder: !look.isElder })}
    >
      <span className="elder-switch-words">
        <b>{settings.elder}</b>
        <span>{settings.elderText}</span>
      </span>
      <i className="elder-switch-track" aria-hidden="true" />
    </button>
  );
}
