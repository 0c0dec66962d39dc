/** Taking what is asked: an offer, or a transfer; the key takes the first of them, offers before transfers. */
import { App as Antd } from "antd";

import { ApiError, errorKey } from "../../api/errors";
import type { Transfer } from "../../api/offers";
import type { Escalation } from "../../api/types";
import { useLocale } from "../../locale/locale";
import type { OffersState } from "../Offers/useOffers";

interface TakeOffer {
  offer(escalation: Escalation): void;
  transfer(transfer: Transfer): void;
  /** Takes the first; false: nothing is asked. */
  first(): boolean;
}

export function useTakeOffer(
  offers: OffersState,
  accept: (escalation: Escalation) => Promise<void>,
  open: (id: string) => void,
): TakeOffer {
  const { message } = Antd.useApp();
  const { t } = useLocale();
  const offer = (escalation: Escalation) => void accept(escalation).finally(offers.refresh);
  const transfer = async ({ id, display_name: name }: Transfer) => {
    try {
      open(await offers.acceptTransfer(id));
      void message.success(t("accept.done", { name }));
    } catch (error) {
      const winner = error instanceof ApiError ? error.agent : null;
      void message.error(winner ? t("accept.taken_by", { name: winner.name }) : t(errorKey(error)));
    }
  };
  const first = () => {
    const [offered] = offers.offers;
    const asked = offers.transfers.find((one) => !one.mine);
    if (offered) offer(offered.escalation);
    else if (asked) void transfer(asked);
    return Boolean(offered || asked);
  };
  return { offer, transfer: (one) => void transfer(one), first };
}
