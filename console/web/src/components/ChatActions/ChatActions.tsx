/** What the agent may do with the conversation itself, given how they stand to it. */
import { LoginOutlined, PoweroffOutlined, RobotOutlined, SwapOutlined } from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import { useState } from "react";

import type { ClosingCodes } from "../../api/client";
import type { Agent, Summary } from "../../api/types";
import { useCommand } from "../../commands/commands";
import { useLocale } from "../../locale/locale";
import { standing } from "../../state/model";
import { ClosingModal } from "../ClosingModal/ClosingModal";
import { PromptModal, type PromptKind } from "../PromptModal/PromptModal";
import { TransferButton } from "../TransferDialog/TransferButton";
import styles from "./ChatActions.module.css";

export interface ConversationActs {
  accept: (summary: Summary) => Promise<void>;
  takeOver: (summary: Summary) => Promise<void>;
  giveBack: (summary: Summary, note: string) => Promise<void>;
  close: (summary: Summary, text: string, codes?: ClosingCodes) => Promise<void>;
}

interface Props {
  me: Agent;
  conversation: Summary;
  acts: ConversationActs;
}

export function ChatActions({ me, conversation, acts }: Props) {
  switch (standing(me, conversation)) {
    case "mine":
      return <Owned conversation={conversation} acts={acts} />;
    case "waiting":
      return <Accept conversation={conversation} acts={acts} />;
    case "free":
      return <TakeOver conversation={conversation} acts={acts} />;
    case "other":
      return me.role === "supervisor" ? <TakeOver conversation={conversation} acts={acts} ask /> : null;
  }
}

type ActionProps = Omit<Props, "me">;

function Owned({ conversation, acts }: ActionProps) {
  const { t } = useLocale();
  const [asking, setAsking] = useState<PromptKind | null>(null);
  const done = () => setAsking(null);
  useCommand({ id: "chat.return", titleKey: "action.return", group: "chat", keys: "Alt+KeyB", run: () => setAsking("return") });
  useCommand({ id: "chat.close", titleKey: "action.close", group: "chat", keys: "Alt+KeyX", run: () => setAsking("close") });
  return (
    <div className={styles.actions}>
      <TransferButton conversation={conversation} />
      <Button icon={<RobotOutlined />} onClick={() => setAsking("return")} data-testid="return-button">
        {t("action.return")}
      </Button>
      <Button danger icon={<PoweroffOutlined />} onClick={() => setAsking("close")} data-testid="close-button">
        {t("action.close")}
      </Button>
      <PromptModal
        kind="return"
        open={asking === "return"}
        onCancel={done}
        onConfirm={(note) => acts.giveBack(conversation, note).then(done)}
      />
      <ClosingModal
        conversation={conversation}
        open={asking === "close"}
        onCancel={done}
        onConfirm={(text, codes) => acts.close(conversation, text, codes).then(done)}
      />
    </div>
  );
}

function Accept({ conversation, acts }: ActionProps) {
  const { t } = useLocale();
  const { busy, run } = useBusy(() => acts.accept(conversation));
  useCommand({ id: "chat.accept", titleKey: "action.accept", group: "chat", keys: "Alt+KeyA", run });
  return (
    <Button type="primary" icon={<LoginOutlined />} loading={busy} onClick={run} data-testid="accept-open">
      {t("action.accept")}
    </Button>
  );
}

function TakeOver({ conversation, acts, ask }: ActionProps & { ask?: boolean }) {
  const { t } = useLocale();
  const { busy, run } = useBusy(() => acts.takeOver(conversation));
  // From a colleague it is asked first, by the button.
  useCommand(ask ? null : { id: "chat.take_over", titleKey: "action.take_over", group: "chat", keys: "Alt+KeyA", run });
  const button = (
    <Button
      type="primary"
      ghost
      icon={<SwapOutlined />}
      loading={busy}
      onClick={ask ? undefined : run}
      data-testid="takeover-button"
    >
      {t("action.take_over")}
    </Button>
  );
  if (!ask) return button;
  return (
    <Popconfirm
      title={t("action.take_over_ask", { name: conversation.agent?.name ?? t("owner.colleague") })}
      description={t("action.take_over_detail")}
      okText={t("action.take_over")}
      cancelText={t("action.cancel")}
      okButtonProps={{ "data-testid": "takeover-confirm" }}
      onConfirm={run}
      placement="bottomRight"
    >
      {button}
    </Popconfirm>
  );
}

function useBusy(act: () => Promise<void>): { busy: boolean; run: () => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    await act().finally(() => setBusy(false));
  };
  return { busy, run };
}
