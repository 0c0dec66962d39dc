/** Files that wait to be sent: by a press, a paste or a drop; each goes once, a failed one can be sent again. */
import { CloseOutlined, FilePdfOutlined, PaperClipOutlined, PictureOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useRef, useState } from "react";

import { errorKey } from "../../api/errors";
import { replies } from "../../api/replies";
import { useDeskTools } from "../../hooks/useDeskTools";
import { newClientId } from "../../hooks/useDraft";
import { useLocale } from "../../locale/locale";
import { FILE_TYPES, fileSize, refusal } from "./files";
import styles from "./FileTray.module.css";

interface Waiting {
  readonly key: string;
  readonly file: File;
  readonly trouble: string | null;
  readonly busy: boolean;
}

export interface Tray {
  waiting: readonly Waiting[];
  add: (files: readonly File[]) => void;
  drop: (key: string) => void;
  send: () => Promise<void>;
  busy: boolean;
}

export function useTray(conversationId: string): Tray {
  const tools = useDeskTools();
  const [waiting, setWaiting] = useState<readonly Waiting[]>([]);
  const change = (key: string, to: Partial<Waiting>) =>
    setWaiting((held) => held.map((one) => (one.key === key ? { ...one, ...to } : one)));
  const drop = (key: string) => setWaiting((held) => held.filter((one) => one.key !== key));
  const sendOne = async (one: Waiting) => {
    if (!tools) return;
    change(one.key, { busy: true, trouble: null });
    try {
      // The key is the client id: a file sent again after a cut is taken once.
      tools.takeIn(conversationId, await replies.sendFile(tools.api, conversationId, one.file, one.key));
      drop(one.key);
    } catch (error) {
      change(one.key, { busy: false, trouble: errorKey(error) });
    }
  };
  return {
    waiting,
    busy: waiting.some((one) => one.busy),
    add: (files) =>
      setWaiting((held) => [
        ...held,
        ...files.map((file) => ({ key: newClientId(), file, trouble: refusal(file), busy: false })),
      ]),
    drop,
    send: async () => {
      for (const one of waiting) if (!one.busy && refusal(one.file) === null) await sendOne(one);
    },
  };
}

export function FileTray({ tray }: { tray: Tray }) {
  const { t } = useLocale();
  if (tray.waiting.length === 0) return null;
  return (
    <ul className={styles.tray} aria-label={t("files.title")} data-testid="file-tray">
      {tray.waiting.map((one) => (
        <li key={one.key} data-failed={one.trouble !== null}>
          {one.file.type === "application/pdf" ? <FilePdfOutlined /> : <PictureOutlined />}
          <span className={styles.name}>{one.file.name}</span>
          <small>{one.trouble ? t(one.trouble) : fileSize(one.file.size)}</small>
          <button type="button" aria-label={t("files.remove")} disabled={one.busy} onClick={() => tray.drop(one.key)}>
            <CloseOutlined />
          </button>
        </li>
      ))}
      <li className={styles.go}>
        <Button size="small" type="primary" loading={tray.busy} onClick={() => void tray.send()} data-testid="files-send">
          {t("files.send", { count: tray.waiting.length })}
        </Button>
      </li>
    </ul>
  );
}

export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const { t } = useLocale();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button type="text" size="small" icon={<PaperClipOutlined />} onClick={() => input.current?.click()} data-testid="attach">
        {t("files.attach")}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={FILE_TYPES.join(",")}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
        data-testid="attach-input"
      />
    </>
  );
}
