/** The past of the conversation: older lines, what the customer thinks of it, and the whole of it as a file. */

import type { Door } from "./door";
import { DoorRefused, DoorUnreachable } from "./errors";
import type { Evaluation, Opinion, PastPage, Session } from "./wire";

/** `loading`: on its way; `failed`: the last attempt found nobody. */
export type PastState = "idle" | "loading" | "failed";

/** Asks for the past with the visitor's own token; it remembers nothing but how the last page went. */
export class Records {
  private session: Session | null = null;
  private past: PastState = "idle";

  constructor(
    private readonly door: Door,
    private readonly onChange: () => void,
  ) {}

  get state(): PastState {
    return this.past;
  }

  adopt(session: Session): void {
    this.session = session;
  }

  /** Reads the lines before a number, or null when they are on their way already or cannot be had now. */
  async before(seq: number): Promise<PastPage | null> {
    if (this.past === "loading") return null;
    this.become("loading");
    try {
      const page = await this.door.readPast(this.token(), seq);
      this.become("idle");
      return page;
    } catch {
      // Whatever was wrong, the list says that they are not there and offers to ask again.
      this.become("failed");
      return null;
    }
  }

  /** Keeps an opinion; rejects with a DoorError. */
  evaluate(opinion: Opinion): Promise<Evaluation> {
    return this.door.evaluate(this.token(), opinion);
  }

  /** Reads the conversation as a text, its numbers masked; rejects with a DoorError. */
  transcript(): Promise<Blob> {
    return this.door.readTranscript(this.token());
  }

  private token(): string {
    if (!this.session) throw new DoorUnreachable("there is no session yet");
    return this.session.token;
  }

  private become(state: PastState): void {
    this.past = state;
    this.onChange();
  }
}

/** The code of what went wrong, for the sentence beside it. */
export function codeOf(error: unknown): string {
  if (error instanceof DoorRefused) return error.code;
  if (error instanceof DoorUnreachable) return "web.unreachable";
  throw error;
}
