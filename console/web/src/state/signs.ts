/** What passes by itself: a customer's typing fades, and a line under way is asked after until it has arrived. */
import { hasPending } from "./messages";
import type { DeskStore } from "./store";

const TYPING_FADES_MS = 6_000;
const PENDING_FIRST_LOOK_MS = 1_000;
const PENDING_LAST_LOOK_MS = 15_000;

type Timer = ReturnType<typeof setTimeout>;

export class TypingSigns {
  private readonly timers = new Map<string, Timer>();

  constructor(private readonly store: DeskStore) {}

  when(id: string, on: boolean): void {
    clearTimeout(this.timers.get(id));
    this.store.record({ type: "typing.changed", id, on });
    if (on) this.timers.set(id, setTimeout(() => this.when(id, false), TYPING_FADES_MS));
  }

  stop(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
  }
}

/** Asks until the open conversation has no line under way; the socket tells new lines, not what became of them. */
export class PendingLines {
  private timer: Timer | undefined;

  constructor(
    private readonly store: DeskStore,
    private readonly catchUp: (id: string) => Promise<unknown>,
  ) {}

  follow(id: string, waitMs = PENDING_FIRST_LOOK_MS): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(id, waitMs), waitMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async look(id: string, waitedMs: number): Promise<void> {
    const { openId, threads } = this.store.read();
    if (openId !== id || !hasPending(threads[id]?.messages ?? [])) return;
    await this.catchUp(id);
    this.follow(id, Math.min(waitedMs * 2, PENDING_LAST_LOOK_MS));
  }
}
