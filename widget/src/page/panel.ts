/** The talk between the chat in its frame and the script that embeds it. */

export const PANEL_SOURCE = "gridtalk";

/** Frame to page; `ready`: it hears now, and asks whether it is open. */
export type FrameNote =
  | { source: typeof PANEL_SOURCE; type: "close" }
  | { source: typeof PANEL_SOURCE; type: "ready" }
  | { source: typeof PANEL_SOURCE; type: "unread"; count: number };

/** Page to frame. */
export type PanelNote = { source: typeof PANEL_SOURCE; type: "panel"; open: boolean };

/** Recognises a note of this talk among whatever else crosses windows. */
export function isNote<Note extends FrameNote | PanelNote>(data: unknown): data is Note {
  return typeof data === "object" && data !== null && (data as { source?: unknown }).source === PANEL_SOURCE;
}

/** Tells the embedding page; a count and a wish to close are no secret, so any page may hear them. */
export function tellPage(note: FrameNote): void {
  window.parent.postMessage(note, "*");
}
