/** In which conversations something typed was not sent yet, for the marks of the list. */
import { useSyncExternalStore } from "react";

import { draftPrefix, EMPTY_DRAFT, type Draft } from "../state/drafts";

/** The page tells itself when a draft changed; another window tells by `storage`. */
export const DRAFT_CHANGED = "gridtalk.draft";

/** What was typed, by conversation. */
export function useDraftMarks(agentId: string): Readonly<Record<string, string>> {
  const told = useSyncExternalStore(subscribe, () => snapshot(agentId));
  return JSON.parse(told) as Record<string, string>;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(DRAFT_CHANGED, listener);
  window.addEventListener("storage", listener);
  return () => {
    window.removeEventListener(DRAFT_CHANGED, listener);
    window.removeEventListener("storage", listener);
  };
}

function snapshot(agentId: string): string {
  const prefix = draftPrefix(agentId);
  const found = Object.keys(localStorage)
    .filter((key) => key.startsWith(prefix))
    .sort()
    .map((key) => [key.slice(prefix.length), textOf(localStorage.getItem(key))] as const)
    .filter(([, text]) => text !== "");
  return JSON.stringify(Object.fromEntries(found));
}

function textOf(stored: string | null): string {
  try {
    const draft: Draft = { ...EMPTY_DRAFT, ...(JSON.parse(stored ?? "{}") as Partial<Draft>) };
    return (draft.reply || draft.note).trim().slice(0, 60);
  } catch {
    // Unreadable: as good as no draft (see Drafts.read).
    return "";
  }
}
