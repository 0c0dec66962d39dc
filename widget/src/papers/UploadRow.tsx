/** A file on its way, or one that did not arrive. */

import { Thumb } from "./PaperSection";
import { problemText, sizeText, t } from "./texts";
import type { Upload, Uploads } from "./use_uploads";

export function UploadRow({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const file = upload.file.name;
  const { problem, state } = upload;
  const leave = state === "failed" ? t("remove") : t("cancel");
  const leaveSpoken = state === "failed" ? t("remove_file", { file }) : t("cancel_file", { file });
  return (
    <li className="file" data-testid="upload" data-state={state} data-code={problem?.code ?? ""}>
      <Thumb preview={upload.preview} name={file} />
      <span className="file-name">
        {file} <small>{sizeText(upload.file.size)}</small>
      </span>
      {state !== "failed" && <Way upload={upload} />}
      {problem && <span className="bad">{problemText(problem)}</span>}
      <span className="file-buttons">
        {problem?.retryable && (
          <button
            type="button"
            className="button button-small"
            aria-label={t("retry_file", { file })}
            data-testid="retry"
            onClick={() => uploads.retry(upload.id)}
          >
            {t("retry")}
          </button>
        )}
        <button
          type="button"
          className="button button-small"
          aria-label={leaveSpoken}
          data-testid="remove"
          onClick={() => uploads.remove(upload.id)}
        >
          {leave}
        </button>
      </span>
    </li>
  );
}

function Way({ upload }: { upload: Upload }) {
  const told = wayText(upload);
  return (
    <span className="way">
      <progress max={1} value={upload.share} aria-label={`${upload.file.name} ${told}`} />
      <small aria-hidden="true">{told}</small>
    </span>
  );
}

function wayText({ state, share }: Upload): string {
  if (state === "waiting") return t("waiting");
  return share >= 1 ? t("checking") : t("sending", { percent: Math.floor(share * 100) });
}
