/** Tells the giver that nobody took the transfer: the chat is still theirs. Who took it is told by the chat itself. */
import { App as Antd } from "antd";

import type { DeskApi } from "../../api/client";
import type { Transfer } from "../../api/offers";
import { useLocale } from "../../locale/locale";

export function useTransferEnd(api: DeskApi): (transfer: Transfer) => void {
  const { message } = Antd.useApp();
  const { t, word } = useLocale();
  const tell = async (transfer: Transfer) => {
    const mine = await api.conversations("mine");
    if (!mine.some((one) => one.id === transfer.conversation_id)) return;
    const name = transfer.to?.name ?? word("skill", transfer.skill);
    void message.warning(t("transfer.not_taken", { name, customer: transfer.display_name }));
  };
  // On a dead line the banner stands; the list says whose the chat is.
  return (transfer) => void tell(transfer).catch(() => undefined);
}
