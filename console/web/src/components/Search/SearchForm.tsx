/** What is searched by: the words large, the rest in one compact grid; Enter searches. */
import { ClearOutlined, SaveOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, DatePicker, Input, Select } from "antd";
import type { Dayjs } from "dayjs";
import dayjs from "dayjs";

import type { Filters } from "../../api/search";
import { useLocale, type Locale } from "../../locale/locale";
import styles from "./SearchPage.module.css";

const SKILLS = ["fault", "danger", "billing", "complaint", "application", "points", "elder", "key_account", "general"];
const CHANNELS = ["web", "wechat", "alipay"];
const RESULTS = ["waiting", "serving", "returned", "closed", "abandoned", "bot"];
const MOODS = ["0", "1", "2", "3"];

interface Props {
  filters: Filters;
  busy: boolean;
  onChange: (filters: Filters) => void;
  onSearch: () => void;
  onSave: () => void;
}

export function SearchForm({ filters, busy, onChange, onSearch, onSave }: Props) {
  const locale = useLocale();
  const { t, word } = locale;
  const set = (name: keyof Filters, value: string | undefined) => onChange({ ...filters, [name]: value ?? "" });
  const text = (name: "customer" | "account" | "order" | "agent" | "tag") => (
    <Input
      key={name}
      value={filters[name] ?? ""}
      placeholder={t(`search.${name}`)}
      aria-label={t(`search.${name}`)}
      onChange={(event) => set(name, event.target.value)}
      allowClear
      data-testid={`search-${name}`}
    />
  );
  const choice = (name: keyof Filters, values: readonly string[], group: string) => (
    <Select
      key={name}
      value={filters[name] || undefined}
      placeholder={t(`search.${name}`)}
      aria-label={t(`search.${name}`)}
      onChange={(value: string | undefined) => set(name, value)}
      options={values.map((value) => ({ value, label: word(group, value) }))}
      allowClear
    />
  );
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onSearch();
      }}
    >
      <Input
        className={styles.words}
        prefix={<SearchOutlined />}
        value={filters.text ?? ""}
        placeholder={t("search.text")}
        aria-label={t("search.text")}
        onChange={(event) => set("text", event.target.value)}
        allowClear
        autoFocus
        data-testid="search-text"
      />
      <Days filters={filters} onChange={onChange} locale={locale} />
      {(["customer", "account", "order", "agent"] as const).map(text)}
      {choice("skill", SKILLS, "skill")}
      {choice("channel", CHANNELS, "channel")}
      {choice("result", RESULTS, "result")}
      <Stars filters={filters} onChange={onChange} locale={locale} />
      {choice("mood", MOODS, "mood")}
      {text("tag")}
      <div className={styles.buttons}>
        <Button type="primary" htmlType="submit" loading={busy} data-testid="search-run">
          {t("search.run")}
        </Button>
        <Button icon={<ClearOutlined />} onClick={() => onChange({})} aria-label={t("search.clear")} />
        <Button icon={<SaveOutlined />} onClick={onSave} aria-label={t("search.save")} title={t("search.save")} />
      </div>
    </form>
  );
}

interface PartProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
  locale: Locale;
}

function Days({ filters, onChange, locale: { t } }: PartProps) {
  const day = (value: string | undefined) => (value ? dayjs(value) : null);
  const told = (value: Dayjs | null | undefined) => value?.format("YYYY-MM-DD") ?? "";
  return (
    <DatePicker.RangePicker
      className={styles.days}
      value={[day(filters.first), day(filters.last)]}
      allowEmpty={[true, true]}
      placeholder={[t("search.first"), t("search.last")]}
      onChange={(range) => onChange({ ...filters, first: told(range?.[0]), last: told(range?.[1]) })}
    />
  );
}

const STARS: Readonly<Record<string, [string, string]>> = { low: ["1", "2"], middle: ["3", "3"], high: ["4", "5"], any: ["1", "5"] };

function Stars({ filters, onChange, locale: { t, word } }: PartProps) {
  const chosen = Object.entries(STARS).find(([, [from, to]]) => filters.stars_from === from && filters.stars_to === to);
  return (
    <Select
      value={chosen?.[0]}
      placeholder={t("search.stars")}
      aria-label={t("search.stars")}
      onChange={(key: string | undefined) => {
        const [stars_from, stars_to] = key ? STARS[key]! : ["", ""];
        onChange({ ...filters, stars_from, stars_to });
      }}
      options={Object.keys(STARS).map((key) => ({ value: key, label: word("stars", key) }))}
      allowClear
    />
  );
}
