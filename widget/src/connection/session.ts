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
    this.held ??= await this.agree(this.store.get(TOKEN_KEY));
    return this.held;
  }

  /** Gives up a token the server does not accept; a newer one of another tab is kept. */
  reject(): void {
    if (this.held && this.store.get(TOKEN_KEY) === this.held.token) this.store.remove(TOKEN_KEY);
    this.held = null;
  }

  /** Two tabs may have begun at once as two visitors: the token that is stored first counts for both. */
  private async agree(asked: string | null): Promise<Session> {
    const session = await this.renewOrStart(asked);
    const kept = this.store.get(TOKEN_KEY);
    const agreed = kept !== asked && kept !== null ? await this.renewOrStart(kept) : session;
    this.store.set(TOKEN_KEY, agreed.token);
    return agreed;
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
