/** The acts on a conversation, each with its word of success or its reason of failure. */
import { App as Antd } from "antd";
import { useState } from "react";

import { ApiError, errorKey } from "../../api/errors";
import type { Escalation } from "../../api/types";
import { useLocale, type Locale } from "../../locale/locale";
import type { DeskController } from "../../state/controller";
import type { ConversationActs } from "../ChatActions/ChatActions";

interface Acts {
  acts: ConversationActs;
  /** The escalation being accepted right now. */
  busyId: number | null;
  acceptEscalation(escalation: Escalation): Promise<void>;
}

export function useActs(controller: DeskController, onOwned: () => void): Acts {
  const { message } = Antd.useApp();
  const locale = useLocale();
  const { t } = locale;
  const [busyId, setBusyId] = useState<number | null>(null);

  const own = async (act: Promise<void>, sentence: string) => {
    try {
      await act;
      onOwned();
      void message.success(sentence);
    } catch (error) {
      void message.error(refusal(error, locale));
    }
  };
  const acceptEscalation = async (escalation: Escalation) => {
    if (busyId !== null) return;
    setBusyId(escalation.id);
    await own(controller.accept(escalation.id), t("accept.done", { name: escalation.display_name }));
    setBusyId(null);
  };
  const acts: ConversationActs = {
    accept: async ({ escalation }) => {
      if (escalation) await acceptEscalation(escalation);
    },
    takeOver: ({ id, display_name: name }) => own(controller.takeOver(id), t("take_over.done", { name })),
    giveBack: async ({ id }, note) => {
      await controller.giveBack(id, note);
      void message.success(t("return.done"));
    },
    close: async ({ id }, text, codes) => {
      await controller.close(id, text, codes);
      void message.success(t("close.done"));
    },
  };
  return { acts, busyId, acceptEscalation };
}

function refusal(error: unknown, { t }: Locale): string {
  if (error instanceof ApiError && error.agent) return t("accept.taken_by", { name: error.agent.name });
  return t(errorKey(error));
}
