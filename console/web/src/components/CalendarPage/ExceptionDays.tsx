/** The operator's own days: listed with who entered them, and a line to enter one more. */
import { Button, Form, Input, Select } from "antd";

import type { HoursBook, SpecialDays } from "../../api/hours";
import { useLocale } from "../../locale/locale";
import styles from "./CalendarPage.module.css";

interface Props {
  book: HoursBook;
  onAdd: (days: SpecialDays) => Promise<boolean>;
  onDrop: (id: number) => Promise<boolean>;
}

export function ExceptionDays({ book, onAdd, onDrop }: Props) {
  const { t, word } = useLocale();
  const skillName = (skill: string) => (skill ? word("skill", skill) : t("calendar.everybody"));
  return (
    <section className={styles.card}>
      <h2>{t("calendar.days")}</h2>
      <p>{t("calendar.days_lead")}</p>
      <AddDays book={book} skillName={skillName} onAdd={onAdd} />
      {book.days.length === 0 ? <p>{t("calendar.none")}</p> : <DaysTable book={book} skillName={skillName} onDrop={onDrop} />}
    </section>
  );
}

interface TableProps extends Pick<Props, "book" | "onDrop"> {
  skillName: (skill: string) => string;
}

function DaysTable({ book, skillName, onDrop }: TableProps) {
  const { t } = useLocale();
  const heads = ["calendar.period", "calendar.skill", "calendar.hours", "calendar.reason", "calendar.by"];
  return (
    <table className={styles.days}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {t(head)}
            </th>
          ))}
          <td />
        </tr>
      </thead>
      <tbody>
        {book.days.map((row) => (
          <tr key={row.id}>
            <td>{row.first === row.last ? row.first : `${row.first} – ${row.last}`}</td>
            <td>{skillName(row.skill)}</td>
            <td>{row.hours || t("calendar.closed")}</td>
            <td>{row.name}</td>
            <td>{row.by}</td>
            <td className={styles.act}>
              <Button
                size="small"
                danger
                type="text"
                aria-label={t("calendar.drop", { name: row.name })}
                onClick={() => void onDrop(row.id)}
                data-testid={`drop-${row.id}`}
              >
                {t("calendar.drop_short")}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface AddProps extends Pick<Props, "book" | "onAdd"> {
  skillName: (skill: string) => string;
}

function AddDays({ book, skillName, onAdd }: AddProps) {
  const { t } = useLocale();
  const [form] = Form.useForm<SpecialDays>();
  const options = ["", ...book.skills.map((one) => one.skill)].map((skill) => ({ value: skill, label: skillName(skill) }));
  const add = async (days: SpecialDays) => {
    if (await onAdd({ ...days, last: days.last || days.first })) form.resetFields();
  };
  return (
    <Form
      form={form}
      layout="inline"
      className={styles.add}
      initialValues={{ skill: "", first: book.now.slice(0, 10), last: "", hours: "", name: "" }}
      onFinish={(days) => void add(days)}
      data-testid="add-days"
    >
      <Form.Item name="first" required>
        <Input type="date" required aria-label={t("calendar.period")} data-testid="days-first" />
      </Form.Item>
      <Form.Item name="last">
        <Input type="date" aria-label={t("calendar.period")} data-testid="days-last" />
      </Form.Item>
      <Form.Item name="skill">
        <Select options={options} style={{ width: 130 }} aria-label={t("calendar.skill")} />
      </Form.Item>
      <Form.Item name="hours">
        <Input maxLength={60} placeholder={`${t("calendar.closed")} / 09:00-17:00`} aria-label={t("calendar.hours")} data-testid="days-hours" />
      </Form.Item>
      <Form.Item name="name">
        <Input maxLength={40} required placeholder={t("calendar.reason")} aria-label={t("calendar.reason")} data-testid="days-name" />
      </Form.Item>
      <Button type="primary" htmlType="submit" data-testid="days-add">
        {t("calendar.add")}
      </Button>
    </Form>
  );
}
