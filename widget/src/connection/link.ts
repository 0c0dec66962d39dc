/** One way to the server, by socket or by long poll: both turn into the same frames. */

import type { ClientFrame, ServerFrame, Session } from "./wire";

/** Why a link is over: it never got a welcome, it broke, or its token is not accepted. */
export type LinkEnd = "unopened" | "broken" | "bad_token";

export interface LinkListener {
  onFrame(frame: ServerFrame): void;
  /** Comes once, and never after `close()`. */
  onEnd(end: LinkEnd): void;
}

/** What a link needs to say hello. */
export interface LinkStart {
  session: Session;
  /** Read at the moment of the hello or poll, not earlier. */
  lastSeq(): number;
}

export interface Link {
  readonly kind: "socket" | "poll";
  /** Returns false when the frame cannot go this way now. */
  send(frame: ClientFrame): boolean;
  /** Makes sure soon that the other side still lives. */
  check(): void;
  close(): void;
}
