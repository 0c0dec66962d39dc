/** Keeps the wall fresh: asks every two seconds with the version it shows, and not while nobody looks. */
import { useEffect, useRef, useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { readWall, type Wall } from "../../api/wall";
import { useVisible } from "../../hooks/useVisible";

export const POLL_MS = 2_000;

export interface LiveWall {
  readonly wall: Wall | null;
  readonly errorKey: string | null;
  /** What the server's clock is ahead of this one's, in ms. */
  readonly ahead: number;
}

export function useWall(api: DeskApi): LiveWall {
  const visible = useVisible();
  const [live, setLive] = useState<LiveWall>({ wall: null, errorKey: null, ahead: 0 });
  const version = useRef("");
  useEffect(() => {
    if (!visible) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    let gone = false;
    const look = async () => {
      const next = await readWall(api, version.current).then(
        (wall) => taken(wall),
        (error: unknown) => (now: LiveWall) => ({ ...now, errorKey: errorKey(error) }),
      );
      if (gone) return;
      setLive(next);
      timer = setTimeout(() => void look(), POLL_MS);
    };
    const taken = (wall: Wall | null) => {
      if (wall) version.current = wall.version;
      return (now: LiveWall): LiveWall =>
        wall ? { wall, errorKey: null, ahead: Date.parse(wall.at) - Date.now() } : { ...now, errorKey: null };
    };
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [api, visible]);
  return live;
}
