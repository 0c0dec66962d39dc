/** What a part of the desk needs to pass a conversation on, without handing it down through every component. */
import { createContext, useContext } from "react";

import type { DeskApi } from "../../api/client";
import type { DeskState } from "../../state/model";
import type { OffersState } from "./useOffers";

interface OffersValue {
  api: DeskApi;
  state: DeskState;
  offers: OffersState;
}

const OffersContext = createContext<OffersValue | null>(null);

export const OffersProvider = OffersContext.Provider;

/** Null where no desk is around (a component shown alone). */
export function useOffersContext(): OffersValue | null {
  return useContext(OffersContext);
}
