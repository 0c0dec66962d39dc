/** The pictures on their way: chosen, uploading, refused; once one is kept it becomes a line like any other. */

import type { Door } from "./door";
import { DoorRefused } from "./errors";
import type { Session } from "./wire";

export const PICTURE_BYTES = 10 * 1024 * 1024;
/** What the door takes; it looks at the first bytes, this saves the way there. */
export const PICTURE_TYPES: readonly string[] = ["image/jpeg", "image/png", "image/gif", "image/webp"];
/** More than this at once is a slip of the finger. */
export const MOST_PICTURES = 9;
const TOO_LARGE = "media.too_large";
const WRONG_KIND = "media.kind";
const UNREACHABLE = "media.unreachable";

export interface PictureState {
  readonly file: File;
  /** The share that has left, from 0 to 1; null before the customer says to send it, and after a refusal. */
  readonly progress: number | null;
  readonly code?: string;
  /** Sending it again would not help. */
  readonly isHopeless?: true;
  /** The chosen ones that come after it. */
  readonly waiting: number;
}

/** Carries one picture after the other. */
export class Pictures {
  private current: Omit<PictureState, "waiting"> | null = null;
  private waiting: readonly File[] = [];
  private session: Session | null = null;
  private aborter = new AbortController();

  constructor(
    private readonly door: Door,
    private readonly onChange: () => void,
    private readonly onKept: (mediaId: string) => void,
  ) {}

  get state(): PictureState | null {
    return this.current && { ...this.current, waiting: this.waiting.length };
  }

  adopt(session: Session): void {
    this.session = session;
  }

  /** Shows pictures before they are sent, the first one now; one that cannot be taken is said to be so at once. */
  choose(...files: readonly File[]): void {
    const room = MOST_PICTURES - this.waiting.length - (this.current ? 1 : 0);
    this.waiting = [...this.waiting, ...files.slice(0, room)];
    if (!this.current) this.next();
    else this.onChange();
  }

  /** Lets the shown picture go, and ends its upload; the next one is shown. */
  drop(): void {
    this.aborter.abort();
    this.next();
  }

  /** Sends the shown picture and all after it; it stops at the first that is refused. */
  async send(): Promise<void> {
    while (await this.sendOne());
  }

  /** Reads a picture sent before, to be shown in its line. */
  read(mediaId: string): Promise<Blob> {
    if (!this.session) return Promise.reject(new DoorRefused(0, UNREACHABLE, ""));
    return this.door.readMedia(this.session.token, mediaId);
  }

  private async sendOne(): Promise<boolean> {
    const chosen = this.current;
    if (!chosen || chosen.progress !== null || chosen.isHopeless) return false;
    const { file } = chosen;
    this.become({ file, progress: 0 });
    this.aborter = new AbortController();
    try {
      if (!this.session) throw new DoorRefused(0, UNREACHABLE, "");
      const { signal } = this.aborter;
      const kept = await this.door.upload(this.session.token, file, (share) => this.progress(file, share), signal);
      if (this.current?.file !== file) return false;
      this.onKept(kept.media_id);
      this.next();
      return true;
    } catch (error) {
      if (this.current?.file === file) this.become({ file, progress: null, code: error instanceof DoorRefused ? error.code : UNREACHABLE });
      return false;
    }
  }

  private next(): void {
    const [file, ...rest] = this.waiting;
    this.waiting = rest;
    const code = file && refusalOf(file);
    this.become(file ? { file, progress: null, ...(code ? { code, isHopeless: true } : {}) } : null);
  }

  private progress(file: File, share: number): void {
    if (this.current?.file === file && this.current.progress !== null) this.become({ file, progress: share });
  }

  private become(state: Omit<PictureState, "waiting"> | null): void {
    this.current = state;
    this.onChange();
  }
}

function refusalOf(file: File): string | null {
  if (file.size > PICTURE_BYTES) return TOO_LARGE;
  return file.type && !PICTURE_TYPES.includes(file.type) ? WRONG_KIND : null;
}
