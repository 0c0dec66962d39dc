/** What was handed in, by when it will be done, what comes next. */

import { useEffect, useRef } from "react";
import { dayText, t } from "./texts";
import type { Sheet } from "./wire";

export function Done({ sheet }: { sheet: Sheet }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const later = sheet.papers.filter((paper) => paper.missing).map((paper) => paper.asked);
  return (
    <section className="notice notice-good" data-testid="done">
      <h2 ref={heading} tabIndex={-1}>
        {t("done_title")}
      </h2>
      <p>{limitText(sheet)}</p>
      {sheet.next_step && <p>{t("done_next", { next: sheet.next_step })}</p>}
      {later.length > 0 && <p>{t("done_later", { papers: later.join(t("separator")) })}</p>}
      <p>{t("done_chat")}</p>
    </section>
  );
}

function limitText({ limit_workdays: limit, due }: Sheet): string {
  if (!limit) return t("done_steps");
  return due ? t("done_due", { limit, date: dayText(due) }) : t("done_days", { limit });
}
