/** Which application this is; of the account its last digits only. */

import { dayText, t } from "./texts";
import type { Sheet } from "./wire";

export function Facts({ sheet }: { sheet: Sheet }) {
  return (
    <section className="facts" data-testid="facts">
      <h2>{t("application", { type: sheet.business_type })}</h2>
      <dl>
        {rowsOf(sheet).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function rowsOf(sheet: Sheet): [string, string][] {
  const account = sheet.account_tail ? t("account_tail", { tail: sheet.account_tail }) : t("account_none");
  const rows: [string, string][] = [
    [t("number"), sheet.application_no],
    [t("account"), account],
    [t("status"), sheet.status_name],
  ];
  if (sheet.limit_workdays && sheet.open) {
    const limit = sheet.limit_workdays;
    rows.push([t("due"), sheet.due ? t("due_until", { limit, date: dayText(sheet.due) }) : t("due_days", { limit })]);
  }
  return rows;
}
