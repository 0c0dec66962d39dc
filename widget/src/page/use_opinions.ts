/** What the customer thinks of the lines of a conversation, as the components that show it need it. */

import { useMemo } from "react";
import type { Opinions } from "../components/Survey/opinions";
import type { ChatConnection, ChatSnapshot } from "../connection/chat_connection";

/** Gathers the opinions; the same object as long as none changes. */
export function useOpinionsOf(connection: ChatConnection, { messages, evaluations: given }: ChatSnapshot): Opinions {
  const surveySeq = [...messages].reverse().find((message) => message.survey)?.seq ?? 0;
  return useMemo(
    () => ({ given, surveySeq, give: (opinion) => connection.evaluate(opinion), store: connection.store }),
    [connection, given, surveySeq],
  );
}
