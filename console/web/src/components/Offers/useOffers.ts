/** What is asked of this agent, read anew whenever the server says so and when a clock runs out. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { DeskApi } from "../../api/client";
import { ApiError, errorKey } from "../../api/errors";
import * as calls from "../../api/offers";
import type { Asked, Status, Transfer } from "../../api/offers";
import { coalesce } from "../../state/coalesce";
import type { Alert } from "../../state/controller";

export interface OffersState extends Asked {
  /** The page's clock when it was read; what is left is counted from here. */
  readAt: number;
  refresh(): void;
  choose(status: Status): void;
  decline(escalationId: number, reason: string): Promise<void>;
  acceptTransfer(id: number): Promise<string>;
  declineTransfer(id: number, reason: string): Promise<void>;
  withdraw(id: number): Promise<void>;
}

interface OfferOptions {
  /** This person serves nobody, so nothing is ever asked of them. */
  idle?: boolean;
  /** A transfer of this agent's has ended by somebody else's hand, or by its clock. */
  onEnded?: (transfer: Transfer) => void;
}

const NOTHING: Asked & { readAt: number } = { status: "offline", offers: [], transfers: [], readAt: 0 };
const AFTER_THE_CLOCK_MS = 1_500;

export function useOffers(
  api: DeskApi,
  raise: (alert: Alert) => void,
  complain: (key: string) => void,
  { idle = false, onEnded = () => undefined }: OfferOptions = {},
): OffersState {
  const [asked, setAsked] = useState(NOTHING);
  const latest = useRef({ raise, complain, onEnded });
  latest.current = { raise, complain, onEnded };
  const known = useRef(new Set<string>());
  const given = useRef(new Map<number, Transfer>());

  const read = useMemo(
    () =>
      coalesce(async () => {
        const told = await calls.readAsked(api);
        announce(told, known.current, latest.current.raise);
        endedOf(told, given.current).forEach((one) => latest.current.onEnded(one));
        setAsked({ ...told, readAt: performance.now() });
      }),
    [api],
  );
  const refresh = useCallback(() => {
    if (idle) return;
    read().catch((error: unknown) => {
      // A dead line has its banner, a lost session its page.
      if (error instanceof ApiError && error.kind === "http" && error.status !== 401) latest.current.complain(errorKey(error));
    });
  }, [read, idle]);
  useEffect(() => readAfterTheClock(asked, refresh), [asked, refresh]);

  const afterwards = async <T,>(act: Promise<T>): Promise<T> => {
    try {
      return await act;
    } finally {
      refresh();
    }
  };
  return {
    ...asked,
    refresh,
    choose: (status) => {
      void afterwards(calls.choosePresence(api, status)).catch((error: unknown) => complain(errorKey(error)));
    },
    decline: async (id, reason) => void (await afterwards(calls.declineOffer(api, id, reason))),
    acceptTransfer: async (id) => (await afterwards(calls.acceptTransfer(api, id))).id,
    declineTransfer: async (id, reason) => void (await afterwards(calls.declineTransfer(api, id, reason))),
    withdraw: async (id) => {
      await afterwards(
        calls.withdrawTransfer(api, id).then((done) => {
          given.current.delete(id);
          return done;
        }),
      );
    },
  };
}

/** Calls the agent for what was not there before. */
function announce(told: Asked, known: Set<string>, raise: (alert: Alert) => void): void {
  const now = [
    ...told.offers.map(({ escalation }) => [`offer ${escalation.id}`, escalation.display_name] as const),
    ...told.transfers.filter((one) => !one.mine).map((one) => [`transfer ${one.id}`, one.display_name] as const),
  ];
  const fresh = now.find(([key]) => !known.has(key));
  known.clear();
  now.forEach(([key]) => known.add(key));
  if (fresh) raise({ kind: "queue", name: fresh[1] });
}

/** What this agent had given and is no longer open; `given` then holds what is. */
function endedOf(told: Asked, given: Map<number, Transfer>): Transfer[] {
  const open = told.transfers.filter((one) => one.mine);
  const ended = [...given.values()].filter((one) => !open.some(({ id }) => id === one.id));
  given.clear();
  open.forEach((one) => given.set(one.id, one));
  return ended;
}

function readAfterTheClock(asked: Asked, refresh: () => void): (() => void) | undefined {
  const left = [...asked.offers, ...asked.transfers].map((one) => one.left_s);
  if (left.length === 0) return undefined;
  const timer = setTimeout(refresh, Math.min(...left) * 1000 + AFTER_THE_CLOCK_MS);
  return () => clearTimeout(timer);
}
