/** Holds the desk's state for one logged-in page and tells React when it changed. */
import type { Agent } from "../api/types";
import { initialState, type DeskState } from "./model";
import { reduce, type Happening } from "./reducer";

export interface DeskStore {
  read(): DeskState;
  record(happening: Happening): void;
  subscribe(listener: () => void): () => void;
}

export function createStore(me: Agent): DeskStore {
  let state = initialState(me);
  const listeners = new Set<() => void>();
  return {
    read: () => state,
    record: (happening) => {
      state = reduce(state, happening);
      listeners.forEach((listener) => listener());
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
