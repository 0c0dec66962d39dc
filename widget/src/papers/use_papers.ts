/** The page's state: the application as the utility has it, the files on their way, the submission. */

import { useCallback, useEffect, useMemo, useState } from "react";
import { createUuid } from "../connection/ports";
import { PapersApi, Refused } from "./api";
import { problemText, t } from "./texts";
import { type Uploads, useUploads } from "./use_uploads";
import type { Problem } from "./problem";
import type { Sheet } from "./wire";

export interface Papers {
  sheet: Sheet | null;
  /** What keeps the whole page from being shown. */
  problem: Problem | null;
  uploads: Uploads;
  /** What was said last, for those who hear the page. */
  announced: string;
  submission: { isRunning: boolean; isDone: boolean; told: string };
  reload(): void;
  submit(): void;
}

// What ends the page: nothing on it would work any more.
const ENDING = new Set(["papers.link.invalid", "papers.link.expired", "papers.strong", "application.unknown"]);

/** The pass behind the `#`; changes when another link is opened in the same tab. */
export function usePass(): string {
  const [pass, setPass] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    const onChange = () => setPass(window.location.hash.slice(1));
    window.addEventListener("hashchange", onChange);
    return () => window.removeEventListener("hashchange", onChange);
  }, []);
  return pass;
}

/** Everything the page does with one pass. */
export function usePapers(pass: string): Papers {
  const api = useMemo(() => (pass ? new PapersApi(pass) : null), [pass]);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [announced, setAnnounced] = useState("");
  const end = useCallback((found: Problem) => (ENDING.has(found.code) ? setProblem(found) : undefined), []);

  const reload = useCallback(() => {
    setProblem(api ? null : { code: "papers.link.missing", retryable: false });
    api?.look().then(setSheet, (error: unknown) => setProblem(problemOf(error)));
  }, [api]);
  useEffect(reload, [reload]);

  const uploads = useUploads(api, {
    onSheet: (next, code) => {
      setSheet(next);
      const name = next.papers.find((paper) => paper.code === code)?.name ?? "";
      setAnnounced(t("announce_sent", { name }));
    },
    onProblem: (found, upload) => {
      end(found);
      setAnnounced(t("announce_failed", { file: upload.file.name, why: problemText(found) }));
    },
  });
  const submission = useSubmission(api, sheet, uploads, { setSheet, end });
  return { sheet, problem, uploads, announced, reload, submission: submission.state, submit: submission.submit };
}

function useSubmission(
  api: PapersApi | null,
  sheet: Sheet | null,
  uploads: Uploads,
  page: { setSheet(sheet: Sheet): void; end(problem: Problem): void },
) {
  const [state, setState] = useState({ isRunning: false, isDone: false, told: "" });
  const [key, setKey] = useState(createUuid);
  const told = state.told && !state.isRunning ? state.told : "";

  const submit = useCallback(async () => {
    if (!api || !sheet || state.isRunning) return;
    const why = whyNot(sheet, uploads);
    if (why) {
      setState({ isRunning: false, isDone: false, told: why });
      return;
    }
    setState({ isRunning: true, isDone: false, told: "" });
    try {
      page.setSheet(await api.submit(key));
      setKey(createUuid());
      setState({ isRunning: false, isDone: true, told: "" });
    } catch (error) {
      const problem = problemOf(error);
      page.end(problem);
      if (problem.code === "application.submitted") api.look().then(page.setSheet, () => undefined);
      setState({ isRunning: false, isDone: false, told: problemText(problem) });
    }
  }, [api, sheet, uploads, state.isRunning, key, page]);

  // What was missing when the button was pressed may be there by now.
  useEffect(() => setState((before) => (before.told ? { ...before, told: "" } : before)), [sheet]);
  return { state: { ...state, told }, submit: () => void submit() };
}

/** Why it cannot be handed in yet; empty when it can. */
function whyNot(sheet: Sheet, uploads: Uploads): string {
  if (uploads.list.some((one) => one.state !== "failed")) return t("busy");
  const missing = sheet.papers.filter((paper) => paper.missing && !paper.later).map((paper) => paper.asked);
  if (missing.length > 0) return t("missing_told") + missing.join(t("separator"));
  return uploads.list.length > 0 ? t("failed_left") : "";
}

function problemOf(error: unknown): Problem {
  return error instanceof Refused ? error.problem : { code: "other", retryable: true };
}
