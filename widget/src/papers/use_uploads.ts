/** The files of the page on their way: one after the other, each tried again under the same key. */

import { useCallback, useEffect, useRef, useState } from "react";
import { createUuid } from "../connection/ports";
import { type PapersApi, Refused, type Running } from "./api";
import { isPicture, refusalOf } from "./files";
import type { Problem } from "./problem";
import type { Sheet } from "./wire";

export interface Upload {
  id: string;
  code: string;
  file: File;
  /** An address of the picture inside the browser; empty for a pdf. */
  preview: string;
  state: "waiting" | "sending" | "failed";
  share: number;
  problem: Problem | null;
}

export interface Uploads {
  list: Upload[];
  /** Previews of what was sent from here, by `code/place`. */
  sent: Record<string, string>;
  add(code: string, files: Iterable<File>, mostBytes: number): Promise<void>;
  retry(id: string): void;
  remove(id: string): void;
}

interface Heard {
  onSheet(sheet: Sheet, code: string): void;
  onProblem(problem: Problem, upload: Upload): void;
}

/** Sends what is added; `heard` is told of each end. */
export function useUploads(api: PapersApi | null, heard: Heard): Uploads {
  const [list, setList] = useState<Upload[]>([]);
  const [sent, setSent] = useState<Record<string, string>>({});
  const running = useRef<{ id: string; call: Running } | null>(null);
  const listener = useRef(heard);
  listener.current = heard;

  const change = useCallback((id: string, part: Partial<Upload>) => {
    setList((before) => before.map((one) => (one.id === id ? { ...one, ...part } : one)));
  }, []);

  const start = useCallback(
    async (door: PapersApi, upload: Upload) => {
      change(upload.id, { state: "sending", share: 0, problem: null });
      const onProgress = (share: number) => change(upload.id, { share });
      const call = door.handIn({ code: upload.code, file: upload.file, key: upload.id, onProgress });
      running.current = { id: upload.id, call };
      try {
        const sheet = await call.done;
        const place = (sheet.papers.find((paper) => paper.code === upload.code)?.files.length ?? 1) - 1;
        setSent((before) => ({ ...before, [`${upload.code}/${place}`]: upload.preview }));
        setList((before) => before.filter((one) => one.id !== upload.id));
        listener.current.onSheet(sheet, upload.code);
      } catch (error) {
        const problem = error instanceof Refused ? error.problem : { code: "other", retryable: true };
        change(upload.id, { state: "failed", problem });
        if (problem.code !== "aborted") listener.current.onProblem(problem, upload);
      } finally {
        running.current = null;
        setList((before) => [...before]); // the next one may start
      }
    },
    [change],
  );

  useEffect(() => {
    const next = list.find((one) => one.state === "waiting");
    if (api && next && !running.current) void start(api, next);
  }, [api, list, start]);

  const add = useCallback(async (code: string, files: Iterable<File>, mostBytes: number) => {
    for (const file of files) {
      const problem = await refusalOf(file, mostBytes);
      const preview = !problem && isPicture(file) ? URL.createObjectURL(file) : "";
      const upload: Upload = {
        id: createUuid(),
        code,
        file,
        preview,
        state: problem ? "failed" : "waiting",
        share: 0,
        problem,
      };
      setList((before) => [...before, upload]);
      if (problem) listener.current.onProblem(problem, upload);
    }
  }, []);

  const retry = useCallback((id: string) => change(id, { state: "waiting", problem: null }), [change]);

  const remove = useCallback((id: string) => {
    if (running.current?.id === id) running.current.call.abort();
    setList((before) => {
      const gone = before.find((one) => one.id === id);
      if (gone?.preview) URL.revokeObjectURL(gone.preview);
      return before.filter((one) => one.id !== id);
    });
  }, []);

  return { list, sent, add, retry, remove };
}
