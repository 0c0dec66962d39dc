/** Who the visitor is: obtains, renews and replaces the token; it opens no connection. */

import type { Door } from "./door";
import { DoorRefused } from "./errors";
import type { KeyStore } from "./storage";
import type { Session } from "./wire";

export const TOKEN_KEY = "gridtalk.token";

/** Holds the one session of this page. */
export class SessionKeeper {
  private held: Session | null = null;

  constructor(private readonly door: Door, private readonly store: KeyStore) {}

  /** Returns the held session, or renews the stored token, or starts anew as another visitor. */
  async obtain(): Promise<Session> {
    if (!this.held) {
      this.held = await this.renewOrStart(this.store.get(TOKEN_KEY));
      this.store.set(TOKEN_KEY, this.held.token);
    }
    return this.held;
  }

  /** Gives up a token the server does not accept; a newer one of another tab is kept. */
  reject(): void {
    if (this.held && this.store.get(TOKEN_KEY) === this.held.token) this.store.remove(TOKEN_KEY);
    this.held = null;
  }

  private async renewOrStart(token: string | null): Promise<Session> {
    if (!token) return this.door.openSession(null);
    try {
      return await this.door.openSession(token);
    } catch (error) {
      if (error instanceof DoorRefused && error.isBadToken) return this.door.openSession(null);
      throw error;
    }
  }
}
