/** What runs against a clock: promises, call-backs, orders, calls. */
import type { DeskApi } from "./client";

export interface Watch {
  readonly id: number;
  readonly kind: string;
  readonly ref: string;
  readonly conversation_id: string | null;
  readonly account_tail: string;
  readonly title: string;
  readonly owner: { readonly id: string; readonly name: string } | null;
  readonly begins_at: string;
  readonly due_at: string;
  readonly late: boolean;
  readonly step: "" | "owner" | "lead" | "duty";
  readonly customer_told_at: string | null;
}

export interface Watches {
  readonly watches: readonly Watch[];
  /** The server's moment of the look: what is left is counted from it, not from this machine's clock. */
  readonly at: string;
}

export const listWatches = (api: DeskApi, scope: "mine" | "all"): Promise<Watches> => api.request("GET", `/api/watches?scope=${scope}`);
