/** Sends a failed line once more; a refusal is said beside it. */
import { Button } from "antd";
import { useContext, useState } from "react";

import { errorKey } from "../../api/errors";
import { replies } from "../../api/replies";
import { ChatContext, useDeskTools } from "../../hooks/useDeskTools";
import { useLocale } from "../../locale/locale";

export function Retry({ seq }: { seq: number }) {
  const { t } = useLocale();
  const tools = useDeskTools();
  const conversation = useContext(ChatContext);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");
  if (!tools || !conversation || conversation.owner !== "agent") return null;
  const again = async () => {
    setBusy(true);
    setTrouble("");
    try {
      tools.takeIn(conversation.id, await replies.retry(tools.api, conversation.id, seq));
    } catch (error) {
      setTrouble(t(errorKey(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button type="link" size="small" loading={busy} onClick={() => void again()} data-testid={`retry-${seq}`}>
        {t("replies.retry")}
      </Button>
      {trouble && <span role="alert">{trouble}</span>}
    </>
  );
}
