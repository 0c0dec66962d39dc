/** Takes the conversation to WeChat or Alipay: a code, how long it counts, and a picture to scan. */

import { useEffect, useState } from "react";
import { Button } from "@chatui/core";
import type { ResumeCode } from "../../connection/wire";
import { fill, useLocale, type Locale } from "../../locales/locale";
import "./resume.css";

export interface ResumeProps {
  /** Where the talk may go on; nowhere: nothing is offered. */
  doors: readonly string[];
  /** The number of the last line; a new one means that the talk went on, here or there. */
  lastSeq: number;
  onMake(): Promise<ResumeCode>;
}

type State = "closed" | "asking" | "failed" | ResumeCode;

/** Draws the entry, and what it opens. */
export function Resume({ doors, lastSeq, onMake }: ResumeProps): JSX.Element | null {
  const { resume } = useLocale();
  const [state, setState] = useState<State>("closed");
  // A code that was taken, or is not needed any more, must not stand there as if it counted.
  useEffect(() => setState((now) => (typeof now === "object" ? "closed" : now)), [lastSeq]);
  const make = (): void => {
    setState("asking");
    onMake().then(setState, () => setState("failed"));
  };

  if (!doors.length) return null;
  if (state === "closed") {
    return (
      <button type="button" className="resume-offer" data-testid="resume-offer" onClick={make}>
        {doors.includes("wechat") ? resume.offer : resume.title}
      </button>
    );
  }
  return (
    <section className="resume-panel" aria-label={resume.title} aria-busy={state === "asking"} data-testid="resume-panel">
      <div className="resume-told" role="status">
        {state === "failed" && <p>{resume.failed}</p>}
        {typeof state === "object" && <CodeShown made={state} />}
      </div>
      <div className="resume-buttons">
        {state !== "asking" && (
          <Button onClick={make} data-testid="resume-again">
            {resume.again}
          </Button>
        )}
        <Button onClick={() => setState("closed")} data-testid="resume-close">
          {resume.close}
        </Button>
      </div>
    </section>
  );
}

function CodeShown({ made }: { made: ResumeCode }): JSX.Element {
  const { resume } = useLocale();
  const minutes = useMinutesLeft(made);
  if (!made.doors.length) return <p>{resume.none}</p>;
  if (!minutes) return <p>{resume.over}</p>;
  return (
    <>
      {made.qr && (
        <figure>
          <img src={made.qr} alt={resume.picture} width="148" height="148" />
          <figcaption>{resume.scan}</figcaption>
        </figure>
      )}
      <p>{fill(resume.type, { doors: doorNames(resume, made) })}</p>
      <p className="resume-code" data-testid="resume-code">{fill(resume.command, { code: made.code })}</p>
      <p className="resume-left">{fill(resume.left, { minutes })}</p>
    </>
  );
}

function doorNames(resume: Locale["resume"], made: ResumeCode): string {
  return made.doors.map((door) => resume[door]).join(resume.or);
}

/** Counts from when the code came: the customer's clock may be wrong. */
function useMinutesLeft(made: ResumeCode): number {
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    const began = Date.now();
    setPassed(0);
    const timer = setInterval(() => setPassed((Date.now() - began) / 1000), 1000);
    return () => clearInterval(timer);
  }, [made]);
  return Math.max(0, Math.ceil((made.seconds - passed) / 60));
}
