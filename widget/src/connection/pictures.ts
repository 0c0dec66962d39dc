/** The picture on its way: chosen, uploading, refused; once it is kept it becomes a line like any other. */

import type { Door } from "./door";
import { DoorRefused } from "./errors";
import type { Session } from "./wire";

export const PICTURE_BYTES = 10 * 1024 * 1024;
const TOO_LARGE = "media.too_large";
const UNREACHABLE = "media.unreachable";

export interface PictureState {
  readonly file: File;
  /** The share that has left, from 0 to 1; null before the customer says to send it, and after a refusal. */
  readonly progress: number | null;
  readonly code?: string;
}

/** Carries one picture at a time. */
export class Pictures {
  private current: PictureState | null = null;
  private session: Session | null = null;

  constructor(
    private readonly door: Door,
    private readonly onChange: () => void,
    private readonly onKept: (mediaId: string) => void,
  ) {}

  get state(): PictureState | null {
    return this.current;
  }

  adopt(session: Session): void {
    this.session = session;
  }

  /** Shows a picture before it is sent; one that is too large is said to be so at once. */
  choose(file: File): void {
    this.become(file.size > PICTURE_BYTES ? { file, progress: null, code: TOO_LARGE } : { file, progress: null });
  }

  drop(): void {
    this.become(null);
  }

  async send(): Promise<void> {
    const chosen = this.current;
    if (!chosen || chosen.progress !== null || chosen.code === TOO_LARGE) return;
    const { file } = chosen;
    this.become({ file, progress: 0 });
    try {
      if (!this.session) throw new DoorRefused(0, UNREACHABLE, "");
      const kept = await this.door.upload(this.session.token, file, (share) => this.progress(file, share));
      if (this.current?.file !== file) return;
      this.become(null);
      this.onKept(kept.media_id);
    } catch (error) {
      if (this.current?.file !== file) return;
      this.become({ file, progress: null, code: error instanceof DoorRefused ? error.code : UNREACHABLE });
    }
  }

  /** Reads a picture sent before, to be shown in its line. */
  read(mediaId: string): Promise<Blob> {
    if (!this.session) return Promise.reject(new DoorRefused(0, UNREACHABLE, ""));
    return this.door.readMedia(this.session.token, mediaId);
  }

  private progress(file: File, share: number): void {
    if (this.current?.file === file && this.current.progress !== null) this.become({ file, progress: share });
  }

  private become(state: PictureState | null): void {
    this.current = state;
    this.onChange();
  }
}
