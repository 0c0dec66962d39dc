/** The colleagues a note may name, as the letters after an @ say. */
import type { Colleague } from "../../api/replies";
import { useLocale } from "../../locale/locale";
import styles from "./Palette.module.css";

interface Props {
  hits: readonly Colleague[];
  active: number;
  onPick: (one: Colleague) => void;
}

export function NamePalette({ hits, active, onPick }: Props) {
  const { t, word } = useLocale();
  return (
    <div className={styles.palette} data-testid="name-palette">
      <ul role="listbox" aria-label={t("mention.title")}>
        {hits.map((one, index) => (
          <li
            key={one.id}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => {
              event.preventDefault();
              onPick(one);
            }}
            data-testid={`name-hit-${one.id}`}
          >
            <kbd>{one.id}</kbd>
            <b>{one.name}</b>
            <span className={styles.text}>{word("top", one.role)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
