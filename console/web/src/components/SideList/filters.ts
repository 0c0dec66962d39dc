/** What an agent wants to see of the lists and in which order; kept in the browser, per agent. */

export type SortBy = "latest" | "waiting" | "urgent";

export interface Filters {
  readonly skill: string | null;
  readonly channel: string | null;
  readonly unread: boolean;
  /** Only who has waited past the amber mark. */
  readonly late: boolean;
  readonly sort: SortBy;
}

export const NO_FILTERS: Filters = { skill: null, channel: null, unread: false, late: false, sort: "latest" };
export const SORTS: readonly SortBy[] = ["latest", "waiting", "urgent"];

type FilterStorage = Pick<Storage, "getItem" | "setItem">;

export function readFilters(storage: FilterStorage, agentId: string): Filters {
  try {
    const told = JSON.parse(storage.getItem(keyOf(agentId)) ?? "{}") as Partial<Filters>;
    const sort = SORTS.find((one) => one === told.sort) ?? NO_FILTERS.sort;
    return { ...NO_FILTERS, ...told, sort };
  } catch {
    // Written by an older page or by hand.
    return NO_FILTERS;
  }
}

export function keepFilters(storage: FilterStorage, agentId: string, filters: Filters): void {
  storage.setItem(keyOf(agentId), JSON.stringify(filters));
}

/** How many of them hide something. */
export function activeFilters({ skill, channel, unread, late }: Filters): number {
  return [skill !== null, channel !== null, unread, late].filter(Boolean).length;
}

function keyOf(agentId: string): string {
  return `gridtalk.desk.filters.${agentId}`;
}
