/** Looks for words in the open chat, also in lines this page has not read yet, and goes from one to the next. */
import { CloseOutlined, DownOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useRef, useState, type KeyboardEvent } from "react";

import type { Message } from "../../api/types";
import { useLocale } from "../../locale/locale";
import styles from "./ChatSearch.module.css";

interface Props {
  onSearch: (words: string) => Promise<readonly Message[]>;
  onJump: (seq: number) => void;
  onClose: () => void;
}

interface Found {
  readonly words: string;
  readonly seqs: readonly number[];
  readonly at: number;
}

export function ChatSearch({ onSearch, onJump, onClose }: Props) {
  const { t } = useLocale();
  const [words, setWords] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const asked = useRef(0);

  const show = (next: Found) => {
    setFound(next);
    const seq = next.seqs[next.at];
    if (seq !== undefined) onJump(seq);
  };
  const look = async (step: 1 | -1) => {
    const wanted = words.trim();
    if (!wanted) return;
    if (found?.words === wanted) {
      if (found.seqs.length > 0) show({ ...found, at: (found.at + step + found.seqs.length) % found.seqs.length });
      return;
    }
    const question = ++asked.current;
    const lines = await onSearch(wanted);
    // The newest first: what was said last is meant most often. A slow answer to older words is not shown.
    if (question === asked.current) show({ words: wanted, seqs: lines.map((line) => line.seq).reverse(), at: 0 });
  };
  const whenKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) void look(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.bar} role="search" data-testid="chat-search">
      <Input
        autoFocus
        size="small"
        value={words}
        placeholder={t("chat.search_hint")}
        aria-label={t("chat.search_hint")}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={whenKey}
        data-testid="chat-search-input"
      />
      <span className={styles.count} role="status" data-testid="chat-search-count">
        {found && (found.seqs.length > 0 ? `${found.at + 1}/${found.seqs.length}` : t("chat.search_nothing"))}
      </span>
      <Button type="text" size="small" icon={<UpOutlined />} aria-label={t("chat.search_older")} onClick={() => void look(1)} />
      <Button type="text" size="small" icon={<DownOutlined />} aria-label={t("chat.search_newer")} onClick={() => void look(-1)} />
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t("chat.search_close")} onClick={onClose} />
    </div>
  );
}
