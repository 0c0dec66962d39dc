/** Asks once how the service of a person was, and shows in its place what the customer has said. */

import { useId, useState, type FormEvent } from "react";
import { Button } from "@chatui/core";
import { explainProblem, fill, useLocale, type Locale } from "../../locales/locale";
import type { Evaluation } from "../../connection/wire";
import { useOpinions } from "./opinions";
import "./survey.css";

const COMMENT_LIMIT = 200;
const CHANGEABLE_MS = 24 * 60 * 60 * 1000;
const PUT_ASIDE = "gridtalk.survey.";

/** Draws the card of one served request; `at` is the time of its line, by which no other line is mistaken for it. */
export function Survey({ seq, at }: { seq: number; at: string }): JSX.Element {
  const { given, surveySeq, store } = useOpinions();
  const { survey } = useLocale();
  const [isOpen, setOpen] = useState<boolean | null>(null);
  const evaluation = given[seq];
  // By itself it opens only for the newest service, and only until it was answered or put aside.
  const asks = isOpen ?? (!evaluation && seq === surveySeq && store.get(PUT_ASIDE + at) === null);

  if (asks) {
    const close = (): void => {
      setOpen(false);
      if (!evaluation) store.set(PUT_ASIDE + at, "1");
    };
    return <SurveyForm seq={seq} before={evaluation} onClose={close} />;
  }
  if (evaluation) return <Given evaluation={evaluation} onChange={() => setOpen(true)} />;
  return (
    <Button className="survey-open" onClick={() => setOpen(true)} data-testid="survey-open">
      {survey.open}
    </Button>
  );
}

function Given({ evaluation, onChange }: { evaluation: Evaluation; onChange(): void }): JSX.Element {
  const { survey } = useLocale();
  const { value, comment, at } = evaluation;
  const isChangeable = Date.now() - Date.parse(at) < CHANGEABLE_MS;
  return (
    <div className="survey survey-given" data-testid="survey-given" data-value={value}>
      <p>{fill(survey.given, { count: value, word: survey.stars[value - 1] ?? "" })}</p>
      <p className="survey-stars" aria-hidden="true">
        {"★".repeat(value) + "☆".repeat(5 - value)}
      </p>
      {comment && <p className="survey-words">{comment}</p>}
      {isChangeable && (
        <Button onClick={onChange} data-testid="survey-change">
          {survey.change}
        </Button>
      )}
    </div>
  );
}

interface FormProps {
  seq: number;
  before: Evaluation | undefined;
  onClose(): void;
}

function SurveyForm({ seq, before, onClose }: FormProps): JSX.Element {
  const locale = useLocale();
  const { survey } = locale;
  const { give } = useOpinions();
  const [value, setValue] = useState(before?.value ?? 0);
  const [comment, setComment] = useState(before?.comment ?? "");
  const [code, setCode] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const words = comment.trim();
    const wrong = await give({ seq, value, ...(words ? { comment: words } : {}) });
    setBusy(false);
    setCode(wrong);
    if (!wrong) onClose();
  };

  return (
    <form className="survey" onSubmit={(event) => void submit(event)} data-testid="survey">
      <Stars value={value} onChange={setValue} />
      <p className="survey-word">{survey.stars[value - 1] ?? "\u00a0"}</p>
      <textarea
        rows={2}
        maxLength={COMMENT_LIMIT}
        value={comment}
        aria-label={survey.comment}
        placeholder={survey.comment}
        onChange={(event) => setComment(event.target.value)}
        data-testid="survey-comment"
      />
      <Fault code={code} locale={locale} />
      <div className="survey-acts">
        <Button type="submit" color="primary" disabled={value === 0 || isBusy} data-testid="survey-submit">
          {survey.submit}
        </Button>
        <Button onClick={onClose} data-testid="survey-later">
          {before ? locale.attach.cancel : survey.later}
        </Button>
      </div>
    </form>
  );
}

function Fault({ code, locale }: { code: string | null; locale: Locale }): JSX.Element | null {
  if (!code) return null;
  return (
    <p role="alert" className="survey-fault" data-code={code}>
      {explainProblem(locale, code)}
    </p>
  );
}

function Stars({ value, onChange }: { value: number; onChange(value: number): void }): JSX.Element {
  const { survey } = useLocale();
  const name = useId();
  return (
    <fieldset className="survey-stars">
      <legend>{survey.title}</legend>
      {survey.stars.map((word, index) => (
        <label key={word} data-lit={index < value}>
          <input
            type="radio"
            name={name}
            checked={value === index + 1}
            onChange={() => onChange(index + 1)}
            aria-label={fill(survey.star, { count: index + 1, word })}
            data-testid="survey-star"
          />
          <span aria-hidden="true">{index < value ? "★" : "☆"}</span>
        </label>
      ))}
    </fieldset>
  );
}
