/** The customer of the open chat, as the utility has them: read once for all tabs beside the chat, and again on wish. */
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import type { DeskApi } from "../../api/client";
import { panelCalls, type Customer, type PanelCalls } from "../../api/panel";
import type { Agent, NextStep, Summary } from "../../api/types";
import type { ActName, Values } from "../../panel/forms";

export interface OpenAct {
  readonly name: ActName;
  readonly values: Values;
}

export interface CustomerDesk {
  readonly conversation: Summary;
  readonly calls: PanelCalls;
  /** Nothing until the first answer. */
  readonly customer: Customer | null;
  /** The next steps with what the utility says; nothing until it has answered. */
  readonly steps: readonly NextStep[] | null;
  readonly readAt: string;
  readonly loading: boolean;
  readonly failure: unknown;
  /** Whether this agent owns the chat, and so has the word to the customer. */
  readonly owns: boolean;
  readonly mayAct: boolean;
  readonly open: OpenAct | null;
  reload(): void;
  openAct(name: ActName, values?: Values): void;
  closeAct(): void;
  /** Closes the dialog of an act that is done, and reads everything anew. */
  acted(): void;
}

const CustomerContext = createContext<CustomerDesk | null>(null);

interface Props {
  api: DeskApi;
  me: Agent;
  conversation: Summary;
  /** An act has left its lines in the chat: whoever shows the chat reads it anew. */
  onActed?: (id: string) => void;
  children: ReactNode;
}

/** Use it keyed by the conversation. */
export function CustomerProvider({ api, me, conversation, onActed, children }: Props) {
  const calls = useMemo(() => panelCalls(api.request), [api]);
  const reading = useReading(calls, conversation.id);
  const [open, setOpen] = useState<OpenAct | null>(null);
  const owns = conversation.owner === "agent" && conversation.agent?.id === me.id;
  const desk: CustomerDesk = {
    conversation,
    calls,
    ...reading,
    owns,
    mayAct: owns || me.role === "supervisor",
    open,
    openAct: (name, values = {}) => setOpen({ name, values }),
    closeAct: () => setOpen(null),
    acted: () => {
      setOpen(null);
      reading.reload();
      onActed?.(conversation.id);
    },
  };
  return <CustomerContext.Provider value={desk}>{children}</CustomerContext.Provider>;
}

export function useCustomer(): CustomerDesk {
  const desk = useContext(CustomerContext);
  if (!desk) throw new Error("useCustomer needs a CustomerProvider above it");
  return desk;
}

interface Reading {
  customer: Customer | null;
  steps: readonly NextStep[] | null;
  readAt: string;
  loading: boolean;
  failure: unknown;
}

const NOTHING: Reading = { customer: null, steps: null, readAt: "", loading: true, failure: null };

function useReading(calls: PanelCalls, id: string): Reading & { reload(): void } {
  const [reading, setReading] = useState<Reading>(NOTHING);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let left = false;
    setReading((now) => ({ ...now, loading: true }));
    calls.customer(id).then(
      ({ customer, steps, asked_at: readAt }) =>
        left || setReading({ customer, steps, readAt, loading: false, failure: null }),
      // What was read before stays to be seen beside the reason.
      (failure: unknown) => left || setReading((now) => ({ ...now, loading: false, failure })),
    );
    return () => {
      left = true;
    };
  }, [calls, id, round]);
  const reload = useCallback(() => setRound((now) => now + 1), []);
  return { ...reading, reload };
}
