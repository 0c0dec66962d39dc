/** The talk between the chat in its frame and the script that embeds it. */

import type { Look } from "./look";

export const PANEL_SOURCE = "gridtalk";

type Note<Type extends string, Fields = unknown> = { source: typeof PANEL_SOURCE; type: Type } & Fields;

/** Frame to page. */
export type FrameNote = Note<"close"> | Note<"unread", { count: number }> | Note<"look", Pick<Look, "language" | "isElder">>;

/** Page to frame. */
export type PanelNote = Note<"panel", { open: boolean; greeting: string | null }>;

/** Recognises a note of this talk among whatever else crosses windows. */
export function isNote<Known extends FrameNote | PanelNote>(data: unknown): data is Known {
  return typeof data === "object" && data !== null && (data as { source?: unknown }).source === PANEL_SOURCE;
}

/** Tells the embedding page; a count, a look and a wish to close are no secret, so any page may hear them. */
export function tellPage(note: FrameNote): void {
  window.parent.postMessage(note, "*");
}
