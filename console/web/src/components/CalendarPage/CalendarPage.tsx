/** The calendar of shifts: when people of each skill are there, the next fortnight at a glance, and the operator's own days. */
import { Alert, App as Antd, Button, Spin } from "antd";
import { useCallback, useEffect, useState } from "react";

import { errorKey } from "../../api/errors";
import { addDays, dropDays, readHours, resetHours, setHours, type HoursBook, type SkillHours } from "../../api/hours";
import { useLocale } from "../../locale/locale";
import type { PageProps } from "../../pages/pages";
import styles from "./CalendarPage.module.css";
import { ExceptionDays } from "./ExceptionDays";
import { Fortnight } from "./Fortnight";
import { WeekForm } from "./WeekForm";

export function CalendarPage({ api }: Pick<PageProps, "api">) {
  const { t } = useLocale();
  const { book, failed, load, write } = useBook(api);
  const [editing, setEditing] = useState<SkillHours | null>(null);
  if (failed) {
    const again = <Button onClick={load}>{t("calendar.again")}</Button>;
    return <Alert className={styles.trouble} type="error" showIcon message={t("calendar.trouble")} action={again} />;
  }
  if (!book) return <Spin className={styles.trouble} />;
  return (
    <div className={styles.page} data-testid="calendar-page">
      <header>
        <h1>{t("calendar.title")}</h1>
        <p>{t("calendar.lead", { hours: book.default })}</p>
      </header>
      <UnknownYears years={book.unknown_years} />
      <Fortnight book={book} onEdit={setEditing} />
      <ExceptionDays
        book={book}
        onAdd={(days) => write(() => addDays(api, days))}
        onDrop={(id) => write(() => dropDays(api, id))}
      />
      {editing && (
        <WeekForm
          skill={editing}
          onSave={(week) => write(() => setHours(api, editing.skill, week))}
          onReset={() => write(() => resetHours(api, editing.skill))}
          onClose={() => setEditing(null)}
        />
      )}
    </div>
  );
}

/** Loud: a fortnight planned by the weekday alone is wrong around a holiday. */
function UnknownYears({ years }: { years: readonly number[] }) {
  const { t } = useLocale();
  if (years.length === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      message={t("calendar.unknown", { years: years.join(" / ") })}
      description={t("calendar.unknown_more")}
      data-testid="unknown-years"
    />
  );
}

function useBook(api: PageProps["api"]) {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const [book, setBook] = useState<HoursBook | null>(null);
  const [failed, setFailed] = useState(false);
  const load = useCallback(() => {
    setFailed(false);
    readHours(api).then(setBook, () => setFailed(true));
  }, [api]);
  useEffect(load, [load]);
  /** Tells whether it was written, so that a form closes only then. */
  const write = async (call: () => Promise<HoursBook>): Promise<boolean> => {
    try {
      setBook(await call());
      void message.success(t("calendar.saved"));
      return true;
    } catch (error) {
      void message.error(t(errorKey(error)));
      return false;
    }
  };
  return { book, failed, load, write };
}
