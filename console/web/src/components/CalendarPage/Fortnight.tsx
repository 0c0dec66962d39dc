/** The next fortnight: a row for each skill, a column for each day; the kind of day stands in its head. */
import { EditOutlined } from "@ant-design/icons";
import { Button, Tag, Tooltip } from "antd";

import type { HoursBook, PlannedDay, SkillHours } from "../../api/hours";
import { useLocale, type Locale } from "../../locale/locale";
import styles from "./CalendarPage.module.css";
import { dayMark, moment, weekday } from "./days";

interface Props {
  book: HoursBook;
  onEdit: (skill: SkillHours) => void;
}

export function Fortnight({ book, onEdit }: Props) {
  const { t } = useLocale();
  const days = book.skills[0]?.preview ?? [];
  return (
    <section className={styles.card}>
      <h2>{t("calendar.preview")}</h2>
      <div className={styles.scroll}>
        <table className={styles.fortnight}>
          <thead>
            <tr>
              <th scope="col">{t("calendar.skill")}</th>
              {days.map((day) => (
                <DayHead key={day.day} day={day} />
              ))}
            </tr>
          </thead>
          <tbody>
            {book.skills.map((skill) => (
              <SkillRow key={skill.skill} skill={skill} now={book.now} onEdit={onEdit} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function DayHead({ day }: { day: PlannedDay }) {
  const locale = useLocale();
  const mark = dayMark(day, locale);
  return (
    <th scope="col" className={day.kind === "workday" ? styles.workday : styles.restday}>
      <span>{day.day.slice(5).replace("-", "/")}</span>
      <span className={styles.weekday}>{weekday(day.day, locale)}</span>
      {mark && <em className={day.known ? styles.mark : styles.unknownMark}>{mark}</em>}
    </th>
  );
}

function SkillRow({ skill, now, onEdit }: { skill: SkillHours; now: string; onEdit: Props["onEdit"] }) {
  const locale = useLocale();
  const name = locale.word("skill", skill.skill);
  const always = skill.preview.every((day) => day.always);
  return (
    <tr data-testid={`hours-${skill.skill}`}>
      <th scope="row">
        <span className={styles.name}>
          {name}
          {skill.own && <Tag>{locale.t("calendar.own")}</Tag>}
        </span>
        <span className={skill.open ? styles.open : styles.away}>{presence(skill, now, locale)}</span>
        {!always && (
          <Button
            size="small"
            type="text"
            icon={<EditOutlined />}
            aria-label={locale.t("calendar.edit", { skill: name })}
            onClick={() => onEdit(skill)}
            data-testid={`edit-${skill.skill}`}
          />
        )}
      </th>
      {skill.preview.map((day) => (
        <DayCell key={day.day} day={day} />
      ))}
    </tr>
  );
}

function DayCell({ day }: { day: PlannedDay }) {
  const { t } = useLocale();
  if (day.always) return <td className={styles.always}>{t("calendar.always")}</td>;
  const spans = day.hours ? day.hours.split(",") : [t("calendar.closed")];
  const cell = (
    <td className={`${day.hours ? styles.works : styles.off} ${day.exception ? styles.exception : ""}`}>
      {spans.map((span) => (
        <span key={span}>{span}</span>
      ))}
    </td>
  );
  return day.exception ? <Tooltip title={day.exception}>{cell}</Tooltip> : cell;
}

function presence(skill: SkillHours, now: string, locale: Locale): string {
  if (skill.open) return locale.t("calendar.now_open");
  return skill.opens ? locale.t("calendar.opens", { time: moment(skill.opens, now) }) : locale.t("calendar.now_closed");
}
