/**
 * What can go wrong at the web door.
 *
 * DoorError
 *   DoorUnreachable  no answer came: try again later
 *   DoorRefused      the door answered no, with a stable code
 */

/** Root of the connection's errors. */
export class DoorError extends Error {
  override readonly name: string = "DoorError";
}

/** The network or the server gave no usable answer. */
export class DoorUnreachable extends DoorError {
  override readonly name = "DoorUnreachable";
}

/** The server answered with a problem. */
export class DoorRefused extends DoorError {
  override readonly name = "DoorRefused";

  constructor(readonly status: number, readonly code: string, detail: string) {
    super(detail);
  }

  /** The token is not accepted any more. */
  get isBadToken(): boolean {
    return this.status === 401;
  }
}
