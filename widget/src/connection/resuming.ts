/** Codes to go on in another door; it knows who the visitor is and keeps no code. */

import type { Door } from "./door";
import { DoorRefused } from "./errors";
import type { ResumeCode, Session } from "./wire";

/** Makes codes for the visitor of this page. */
export class Resuming {
  private session: Session | null = null;

  constructor(private readonly door: Door) {}

  adopt(session: Session): void {
    this.session = session;
  }

  /** The other doors that are open. */
  get doors(): readonly string[] {
    return this.session?.doors ?? [];
  }

  /** Rejects with DoorRefused or DoorUnreachable. */
  make(): Promise<ResumeCode> {
    if (!this.session) return Promise.reject(new DoorRefused(0, "web.token.missing", ""));
    return this.door.makeResumeCode(this.session.token);
  }
}
