/** What the customer thinks of lines, handed to the few components that show it, past the many that do not. */

import { createContext, useContext } from "react";
import type { KeyStore } from "../../connection/storage";
import { MemoryStore } from "../../connection/storage";
import type { Evaluation, Opinion } from "../../connection/wire";

export interface Opinions {
  /** By the seq of the line. */
  readonly given: Readonly<Record<number, Evaluation>>;
  /** The newest line that asks how the service was; only that one asks openly. */
  readonly surveySeq: number;
  /** Keeps an opinion; gives the code of what went wrong, or null. */
  give(opinion: Opinion): Promise<string | null>;
  /** Remembers what was put aside. */
  readonly store: KeyStore;
}

export const OpinionsContext = createContext<Opinions>({
  given: {},
  surveySeq: 0,
  give: async () => "web.unreachable",
  store: new MemoryStore(),
});

/** Gives the opinions of this conversation. */
export function useOpinions(): Opinions {
  return useContext(OpinionsContext);
}
