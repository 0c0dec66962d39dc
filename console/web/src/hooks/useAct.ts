/** One act on the server at a time: busy meanwhile, and the key of the sentence why it failed. */
import { useState } from "react";

import { errorKey } from "../api/errors";

export interface Act {
  busy: boolean;
  trouble: string | null;
  /** Whether it succeeded. */
  run: (act: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
}

export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const run = async (act: () => Promise<unknown>) => {
    setBusy(true);
    setTrouble(null);
    try {
      await act();
      return true;
    } catch (error) {
      setTrouble(errorKey(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, trouble, run, clear: () => setTrouble(null) };
}
