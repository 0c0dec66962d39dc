/** Tells the masked values below which chat they belong to and how to ask for them. */
import { createContext, useContext, useMemo, type ReactNode } from "react";

import type { DeskApi } from "../../api/client";

export interface MaskSource {
  readonly api: Pick<DeskApi, "request">;
  readonly conversationId: string;
}

const MaskContext = createContext<MaskSource | null>(null);

export function MaskProvider({ api, conversationId, children }: MaskSource & { children: ReactNode }) {
  const source = useMemo(() => ({ api, conversationId }), [api, conversationId]);
  return <MaskContext.Provider value={source}>{children}</MaskContext.Provider>;
}

/** Nothing outside a provider: then a masked value is only shown as it is. */
export function useMaskSource(): MaskSource | null {
  return useContext(MaskContext);
}
