/** Up to three answers the knowledge and the understanding suggest, each with its source: take, or not wanted. */
import { BookOutlined, BulbOutlined, CloseOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";

import type { Suggestion } from "../../api/replies";
import { useLocale } from "../../locale/locale";
import styles from "./Suggestions.module.css";

interface Props {
  suggestions: readonly Suggestion[];
  onTake: (one: Suggestion) => void;
  onReject: (one: Suggestion) => void;
}

export function Suggestions({ suggestions, onTake, onReject }: Props) {
  const { t, word } = useLocale();
  if (suggestions.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={t("suggestion.title")} data-testid="suggestions">
      {suggestions.map((one, index) => (
        <li key={one.id}>
          <Tooltip title={<span className={styles.whole}>{one.text}</span>} mouseEnterDelay={0.6}>
            <button
              type="button"
              className={styles.take}
              onClick={() => onTake(one)}
              aria-keyshortcuts={`Alt+${index + 1}`}
              data-testid={`suggestion-${index + 1}`}
            >
              <span className={styles.source}>
                {one.kind === "knowledge" ? <BookOutlined /> : <BulbOutlined />}
                {one.kind === "knowledge" ? one.title : word("intent", one.title)}
                <kbd>Alt+{index + 1}</kbd>
              </span>
              <span className={styles.text}>{one.text}</span>
            </button>
          </Tooltip>
          <button
            type="button"
            className={styles.reject}
            aria-label={t("suggestion.reject")}
            title={t("suggestion.reject")}
            onClick={() => onReject(one)}
            data-testid={`suggestion-reject-${index + 1}`}
          >
            <CloseOutlined />
          </button>
        </li>
      ))}
    </ul>
  );
}
