/** The long-poll way to the server, where WebSockets are blocked; nobody's typing comes back this way. */

import type { Door } from "./door";
import { DoorRefused } from "./errors";
import type { Link, LinkEnd, LinkListener, LinkStart } from "./link";
import { isOutbound, type OutboundFrame } from "./outbox";
import type { ClientFrame, PollAnswer, Sign } from "./wire";

const WAIT_SECONDS = 25;
/** A server that answers an empty poll at once must not be asked in a tight loop. */
const PAUSE_AFTER_EMPTY_MS = 1_000;
/** Longer than any wait the server promises: then the request is dead. */
const GIVE_UP_AFTER_MS = (WAIT_SECONDS + 10) * 1_000;

/** Polls until it is closed or fails. */
export class PollLink implements Link {
  readonly kind = "poll";
  private welcomed = false;
  private over = false;
  private owner = "";
  private marks: PollAnswer | null = null;
  private posting: Promise<void> = Promise.resolve();
  private readonly aborter = new AbortController();

  constructor(
    private readonly door: Door,
    private readonly start: LinkStart,
    private readonly listener: LinkListener,
  ) {
    void this.run();
  }

  send(frame: ClientFrame): boolean {
    if (!this.welcomed || this.over) return false;
    if (frame.type === "typing" || frame.type === "read") {
      void this.sign(frame);
      return true;
    }
    if (!isOutbound(frame)) return false;
    // One after the other, so that the order of writing is the order of arrival.
    this.posting = this.posting.then(() => this.post(frame));
    return true;
  }

  check(): void {
    // A poll under way is its own check.
  }

  close(): void {
    this.over = true;
    this.aborter.abort();
  }

  private async run(): Promise<void> {
    let wait = 0;
    while (!this.over) {
      try {
        const answer = await this.poll(wait);
        if (this.over) return;
        this.announce(answer);
        if (wait > 0 && answer.messages.length === 0) await pause(PAUSE_AFTER_EMPTY_MS);
        wait = WAIT_SECONDS;
      } catch (error) {
        return this.fail(error);
      }
    }
  }

  private async poll(wait: number): Promise<PollAnswer> {
    const request = new AbortController();
    const giveUp = () => request.abort();
    this.aborter.signal.addEventListener("abort", giveUp);
    const timer = setTimeout(giveUp, GIVE_UP_AFTER_MS);
    try {
      return await this.door.poll(this.start.session.token, this.start.lastSeq(), wait, request.signal);
    } finally {
      clearTimeout(timer);
      this.aborter.signal.removeEventListener("abort", giveUp);
    }
  }

  private announce(answer: PollAnswer): void {
    const { owner, agent, last_seq, messages, ...marks } = answer;
    const standing = `${owner}/${agent?.id ?? ""}`;
    const whose = { owner, ...(agent ? { agent } : {}) };
    if (!this.welcomed) {
      this.welcomed = true;
      this.listener.onFrame({ type: "welcome", visitor_id: this.start.session.visitor_id, last_seq, ...marks, ...whose });
    } else {
      if (standing !== this.owner) this.listener.onFrame({ type: "owner", ...whose });
      this.announceMarks(answer);
    }
    this.owner = standing;
    this.marks = answer;
    messages.forEach((message) => this.listener.onFrame({ type: "message", message }));
  }

  private announceMarks({ customer_read, agent_read, evaluations }: PollAnswer): void {
    const before = this.marks;
    if (customer_read !== before?.customer_read) this.listener.onFrame({ type: "read", role: "customer", seq: customer_read });
    if (agent_read !== before?.agent_read) this.listener.onFrame({ type: "read", role: "agent", seq: agent_read });
    const known = new Set(before?.evaluations.map((evaluation) => JSON.stringify(evaluation)));
    const changed = evaluations.filter((evaluation) => !known.has(JSON.stringify(evaluation)));
    changed.forEach((evaluation) => this.listener.onFrame({ type: "evaluation", evaluation }));
  }

  private async sign(frame: Sign): Promise<void> {
    try {
      await this.door.postSign(this.start.session.token, frame);
    } catch (error) {
      // A sign that came too fast is no loss; one that found nobody means that the line is down.
      if (!(error instanceof DoorRefused) || error.isBadToken) this.fail(error);
    }
  }

  private async post(frame: OutboundFrame): Promise<void> {
    if (this.over) return;
    try {
      const { seq } = await this.door.postMessage(this.start.session.token, frame);
      if (!this.over) this.listener.onFrame({ type: "ack", client_id: frame.client_id, seq });
    } catch (error) {
      this.failPost(frame, error);
    }
  }

  private failPost(frame: OutboundFrame, error: unknown): void {
    if (this.over) return;
    if (error instanceof DoorRefused && !error.isBadToken) {
      this.listener.onFrame({ type: "error", code: error.code, message: error.message, client_id: frame.client_id });
      return;
    }
    this.fail(error);
  }

  private fail(error: unknown): void {
    if (this.over) return;
    this.close();
    this.listener.onEnd(this.endOf(error));
  }

  private endOf(error: unknown): LinkEnd {
    if (error instanceof DoorRefused && error.isBadToken) return "bad_token";
    return this.welcomed ? "broken" : "unopened";
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
