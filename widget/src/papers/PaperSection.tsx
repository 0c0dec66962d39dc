/** One paper: what it is, what is there of it, the ways to hand it in. */

import { useId, type ChangeEvent } from "react";
import { UploadRow } from "./UploadRow";
import { sizeText, t } from "./texts";
import type { Uploads } from "./use_uploads";
import type { Paper } from "./wire";

interface Props {
  paper: Paper;
  uploads: Uploads;
  open: boolean;
  most: number;
}

export function PaperSection({ paper, uploads, open, most }: Props) {
  const heading = useId();
  const name = paper.name || t("paper_other");
  const own = uploads.list.filter((one) => one.code === paper.code);
  const add = (files: FileList) => void uploads.add(paper.code, Array.from(files), most);
  return (
    <section className="paper" aria-labelledby={heading} data-testid="paper" data-code={paper.code}>
      <div className="paper-head">
        <h3 id={heading}>{name}</h3>
        <State paper={paper} />
      </div>
      {paper.hint && <p className="quiet">{paper.hint}</p>}
      {paper.missing && paper.asked !== name && <p>{t("asked", { asked: paper.asked })}</p>}
      <ul className="files" aria-label={t("file_of", { name })}>
        {paper.files.map((file, place) => (
          <li key={`${file.handed_in}/${place}`} className="file" data-testid="handed-in">
            <Thumb preview={uploads.sent[`${paper.code}/${place}`] ?? ""} name={file.name} />
            <span className="file-name">
              {file.name} <small>{sizeText(file.size)}</small>
            </span>
            <span className="good">✓ {t("sent")}</span>
          </li>
        ))}
        {own.map((one) => (
          <UploadRow key={one.id} upload={one} uploads={uploads} />
        ))}
      </ul>
      {open && <Picks name={name} isMore={!paper.missing || own.length > 0} onFiles={add} />}
    </section>
  );
}

function State({ paper }: { paper: Paper }) {
  if (!paper.missing) return <span className="tag good">{t("state_there", { count: paper.files.length })}</span>;
  return paper.later ? (
    <span className="tag">{t("state_later")}</span>
  ) : (
    <span className="tag tag-missing">{t("state_missing")}</span>
  );
}

export function Thumb({ preview, name }: { preview: string; name: string }) {
  if (preview) return <img className="thumb" src={preview} alt={t("preview", { name })} />;
  const ending = name.split(".").pop() ?? "";
  return (
    <span className="thumb thumb-none" aria-hidden="true">
      {ending.slice(0, 4)}
    </span>
  );
}

/** A camera of its own where there is one to hold: a picker for pdf, too, hides it in some apps. */
function Picks({ name, isMore, onFiles }: { name: string; isMore: boolean; onFiles(files: FileList): void }) {
  const choose = isMore ? t("more") : t("choose");
  const chooseFor = isMore ? t("more_for", { name }) : t("choose_for", { name });
  return (
    <div className="picks">
      <Pick className="pick-camera" label={t("camera")} spoken={t("camera_for", { name })} onFiles={onFiles} camera />
      <Pick label={choose} spoken={chooseFor} onFiles={onFiles} />
    </div>
  );
}

interface PickProps {
  label: string;
  spoken: string;
  camera?: boolean;
  className?: string;
  onFiles(files: FileList): void;
}

function Pick({ label, spoken, camera = false, className = "", onFiles }: PickProps) {
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    if (event.target.files?.length) onFiles(event.target.files);
    event.target.value = ""; // the same file may be chosen again
  };
  const kinds = camera
    ? { accept: "image/*", capture: "environment" as const }
    : { accept: "image/jpeg,image/png,application/pdf", multiple: true };
  return (
    <label className={`button pick ${className}`}>
      <span aria-hidden="true">{label}</span>
      <input
        type="file"
        className="pick-input"
        aria-label={spoken}
        data-testid={camera ? "camera" : "choose"}
        onChange={onChange}
        {...kinds}
      />
    </label>
  );
}
