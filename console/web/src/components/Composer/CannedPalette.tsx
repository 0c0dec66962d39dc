/** The canned replies that match what stands behind a slash; the keys stay in the text field, which tells them here. */
import { useEffect, useRef } from "react";

import type { Canned } from "../../api/replies";
import { useLocale } from "../../locale/locale";
import styles from "./Palette.module.css";

interface Props {
  hits: readonly Canned[];
  active: number;
  onPick: (one: Canned) => void;
}

export const PALETTE_ID = "canned-palette";

export function CannedPalette({ hits, active, onPick }: Props) {
  const { t } = useLocale();
  const shown = useRef<HTMLLIElement>(null);
  useEffect(() => {
    shown.current?.scrollIntoView?.({ block: "nearest" });
  }, [active]);
  return (
    <div className={styles.palette} data-testid="canned-palette">
      {hits.length === 0 && <p className={styles.none}>{t("canned.no_match")}</p>}
      <ul id={PALETTE_ID} role="listbox" aria-label={t("canned.title")}>
        {hits.map((one, index) => (
          <li
            key={one.id}
            id={`${PALETTE_ID}-${index}`}
            ref={index === active ? shown : undefined}
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => {
              event.preventDefault();
              onPick(one);
            }}
            data-testid={`canned-hit-${one.shortcut}`}
          >
            <kbd>/{one.shortcut}</kbd>
            <b>{one.title}</b>
            <span className={styles.text}>{one.text}</span>
            {one.ends_soon && <em>{t("canned.ends_soon")}</em>}
            {one.owner && <i>{t("canned.mine")}</i>}
          </li>
        ))}
      </ul>
      <p className={styles.keys}>{t("canned.keys")}</p>
    </div>
  );
}
