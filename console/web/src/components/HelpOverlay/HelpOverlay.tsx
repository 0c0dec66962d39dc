/** "?": every key that does something now, told by the things themselves. */
import { Modal } from "antd";

import { useCommands, type CommandGroup } from "../../commands/commands";
import { keyLabel } from "../../commands/keys";
import { useLocale } from "../../locale/locale";
import styles from "./HelpOverlay.module.css";

const GROUPS: readonly CommandGroup[] = ["chat", "list", "view", "pages"];

export function HelpOverlay({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLocale();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t("help.title")} width={640} destroyOnHidden data-testid="help">
      <Keys />
    </Modal>
  );
}

function Keys() {
  const { t } = useLocale();
  const commands = useCommands().filter((command) => command.keys && !command.unlisted);
  const writing: readonly (readonly [string, string])[] = [
    ["Enter", "shortcut.send"],
    ["Shift+Enter", "shortcut.newline"],
  ];
  return (
    <div className={styles.groups}>
      {GROUPS.map((group) => (
        <section key={group} aria-label={t(`help.${group}`)}>
          <h3>{t(`help.${group}`)}</h3>
          <dl>
            {group === "chat" && writing.map(([keys, titleKey]) => <Key key={keys} keys={keys} title={t(titleKey)} />)}
            {commands
              .filter((command) => command.group === group)
              .map(({ id, keys, titleKey }) => (
                <Key key={id} keys={keyLabel(keys ?? "")} title={t(titleKey)} />
              ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

function Key({ keys, title }: { keys: string; title: string }) {
  return (
    <div className={styles.key}>
      <dt>{title}</dt>
      <dd>
        <kbd>{keys}</kbd>
      </dd>
    </div>
  );
}
