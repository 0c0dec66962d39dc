/** The page: which application, which papers, the way to hand them in. */

import { Done } from "./Done";
import { Facts } from "./Facts";
import { PaperSection } from "./PaperSection";
import { problemText, t } from "./texts";
import { usePapers, usePass, type Papers } from "./use_papers";
import type { Paper, Sheet } from "./wire";

export function PapersPage() {
  const papers = usePapers(usePass());
  return (
    <main className="page">
      <h1 className="page-title">{t("title")}</h1>
      <p role="status" className="heard-only" data-testid="announced">
        {papers.announced}
      </p>
      <Body papers={papers} />
    </main>
  );
}

function Body({ papers }: { papers: Papers }) {
  if (papers.problem) {
    const { problem } = papers;
    return (
      <div className="notice notice-bad" role="alert" data-testid="page-problem" data-code={problem.code}>
        <p>{problemText(problem)}</p>
        {problem.retryable && (
          <button type="button" className="button" onClick={papers.reload}>
            {t("retry")}
          </button>
        )}
      </div>
    );
  }
  if (!papers.sheet) return <p className="quiet">{t("loading")}</p>;
  return <Open papers={papers} sheet={papers.sheet} />;
}

function Open({ papers, sheet }: { papers: Papers; sheet: Sheet }) {
  const now = sheet.papers.filter((paper) => paper.missing && !paper.later);
  const later = sheet.papers.filter((paper) => paper.missing && paper.later);
  const there = sheet.papers.filter((paper) => !paper.missing);
  return (
    <>
      {papers.submission.isDone && <Done sheet={sheet} />}
      <Facts sheet={sheet} />
      {!sheet.open && <p className="notice">{t("over")}</p>}
      {sheet.open && !sheet.waiting && !papers.submission.isDone && <p className="notice">{t("running")}</p>}
      {sheet.open && (
        <p className="quiet">
          {t("kinds", { most: Math.floor(sheet.most_bytes / 1024 / 1024) })} {t("original")}
        </p>
      )}
      <Group heading={t("now_heading")} papers={now} page={papers} sheet={sheet} />
      <Group heading={t("later_heading")} papers={later} page={papers} sheet={sheet} />
      <Group heading={t("there_heading")} papers={there} page={papers} sheet={sheet} />
      {sheet.waiting && <Submit papers={papers} sheet={sheet} />}
      <p className="quiet">{t("privacy")}</p>
    </>
  );
}

function Group({ heading, papers, page, sheet }: { heading: string; papers: Paper[]; page: Papers; sheet: Sheet }) {
  if (papers.length === 0) return null;
  return (
    <section className="group">
      <h2>{heading}</h2>
      {papers.map((paper) => (
        <PaperSection key={paper.code} paper={paper} uploads={page.uploads} open={sheet.open} most={sheet.most_bytes} />
      ))}
    </section>
  );
}

function Submit({ papers, sheet }: { papers: Papers; sheet: Sheet }) {
  const { isRunning, told } = papers.submission;
  const label = sheet.status === "draft" ? t("submit") : t("resubmit");
  return (
    <div className="submit">
      <div role="alert" data-testid="submit-told">
        {told && <p className="notice notice-bad">{told}</p>}
      </div>
      {sheet.ready && !told && <p className="quiet">{t("ready_told")}</p>}
      <button
        type="button"
        className="button button-main"
        data-testid="submit"
        aria-disabled={isRunning}
        onClick={papers.submit}
      >
        {isRunning ? t("submitting") : label}
      </button>
    </div>
  );
}
