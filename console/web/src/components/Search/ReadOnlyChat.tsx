/** A found chat to read beside the rows: nothing can be said here; the workplace is one press away. */
import { CloseOutlined, ExportOutlined } from "@ant-design/icons";
import { Alert, Button, Skeleton } from "antd";
import { useEffect, useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import type { Detail } from "../../api/types";
import { useLocale } from "../../locale/locale";
import { Transcript } from "../Transcript/Transcript";
import styles from "./SearchPage.module.css";

interface Props {
  api: DeskApi;
  conversationId: string;
  onClose: () => void;
  onWork: (conversationId: string) => void;
}

export function ReadOnlyChat({ api, conversationId, onClose, onWork }: Props) {
  const { t } = useLocale();
  const [detail, setDetail] = useState<Detail | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    api.conversation(conversationId).then(setDetail, (error: unknown) => setProblem(errorKey(error)));
  }, [api, conversationId]);
  const readEarlier = async () => {
    if (!detail) return;
    const first = detail.messages[0]?.seq ?? 1;
    const earlier = await api.messages(conversationId, Math.max(0, first - 501));
    setDetail({ ...detail, messages: [...earlier.filter((line) => line.seq < first), ...detail.messages] });
  };
  return (
    <section className={styles.chat} aria-label={t("search.read_only")} data-testid="search-chat">
      <header>
        <b>{detail?.conversation.display_name}</b>
        <span className={styles.faint}>{t("search.read_only")}</span>
        <Button size="small" icon={<ExportOutlined />} onClick={() => onWork(conversationId)}>
          {t("search.to_work")}
        </Button>
        <Button size="small" type="text" icon={<CloseOutlined />} onClick={onClose} aria-label={t("search.close")} />
      </header>
      {problem && <Alert type="error" showIcon message={t(problem)} />}
      {!detail && !problem && <Skeleton active className={styles.skeleton} />}
      {detail && (
        <Transcript
          messages={detail.messages}
          customerName={detail.conversation.display_name}
          customerRead={detail.conversation.customer_read}
          typing={false}
          onEarlier={readEarlier}
        />
      )}
    </section>
  );
}
