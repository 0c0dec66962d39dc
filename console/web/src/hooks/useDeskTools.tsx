/** What any part of the desk may need: the API, the news of each area, the way to a chat; the open chat for its parts. */
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";

import type { DeskApi } from "../api/client";
import { ApiError } from "../api/errors";
import type { Message, Summary } from "../api/types";

export interface DeskTools {
  readonly api: DeskApi;
  readonly areas: Readonly<Record<string, number>>;
  readonly open: (conversationId: string) => void;
  /** Shows a line that another call than sending words has made or changed. */
  readonly takeIn: (conversationId: string, message: Message) => void;
}

export const DeskContext = createContext<DeskTools | null>(null);
export const ChatContext = createContext<Summary | null>(null);

/** Null where a part is shown outside the desk. */
export function useDeskTools(): DeskTools | null {
  return useContext(DeskContext);
}

export function useDeskContext(
  api: DeskApi,
  areas: DeskTools["areas"],
  open: DeskTools["open"],
  takeIn: DeskTools["takeIn"],
): DeskTools {
  const latest = useRef({ open, takeIn });
  latest.current = { open, takeIn };
  return useMemo(
    () => ({
      api,
      areas,
      open: (id) => latest.current.open(id),
      takeIn: (id, message) => latest.current.takeIn(id, message),
    }),
    [api, areas],
  );
}

const LOOK_EVERY_MS = 30_000;

/**
 * What the server knows of one area: read at first, whenever the area has news or `version` grows, and now and then in case a live event
 * was lost. An answer that comes too late is dropped; a failure keeps what was known.
 */
export function useArea<T>(
  area: string,
  key: string | null,
  read: (api: DeskApi) => Promise<T>,
  version: number = 0,
): [T | null, () => void] {
  const tools = useDeskTools();
  const [known, setKnown] = useState<{ key: string; value: T } | null>(null);
  const [asked, setAsked] = useState(0);
  const latest = useRef(read);
  latest.current = read;
  const news = tools?.areas[area] ?? 0;
  const api = tools?.api;
  useEffect(() => {
    if (!api || key === null) return undefined;
    let gone = false;
    const look = () =>
      latest.current(api).then(
        (value) => !gone && setKnown({ key, value }),
        // The desk tells of a lost line or session by itself; anything else is a fault worth a trace.
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
        },
      );
    void look();
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [api, key, news, asked, version]);
  const again = () => setAsked((before) => before + 1);
  return [known && known.key === key ? known.value : null, again];
}
