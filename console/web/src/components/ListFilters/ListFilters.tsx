/** The row above a list: two switches for what hurts, and a menu for skill, channel and order. */
import { BarsOutlined, FilterOutlined } from "@ant-design/icons";
import { Button, Dropdown, type MenuProps } from "antd";

import { useLocale, type Locale } from "../../locale/locale";
import { activeFilters, NO_FILTERS, SORTS, type Filters } from "../SideList/filters";
import type { ListView } from "../SideList/listView";
import styles from "./ListFilters.module.css";

interface Props {
  view: ListView;
  filters: Filters;
  onChange: (filters: Filters) => void;
}

export function ListFilters({ view, filters, onChange }: Props) {
  const locale = useLocale();
  const { t, word } = locale;
  const named = [filters.skill && word("skill", filters.skill), filters.channel && word("channel", filters.channel)];
  const shown = named.filter(Boolean).join(" · ");
  const hidden = view.total - view.ids.length;
  return (
    <div className={styles.row} role="group" aria-label={t("filter.title")}>
      {view.tab !== "queue" && <Switch on={filters.unread} name="unread" onFlip={(unread) => onChange({ ...filters, unread })} />}
      <Switch on={filters.late} name="late" onFlip={(late) => onChange({ ...filters, late })} />
      {activeFilters(filters) > 0 && (
        <button type="button" className={styles.clear} onClick={() => onChange({ ...NO_FILTERS, sort: filters.sort })} data-testid="filter-clear">
          {shown || t("filter.clear")} ✕
        </button>
      )}
      <span className={styles.end}>
        {hidden > 0 && <small title={t("filter.hidden", { count: hidden })}>{`${view.ids.length}/${view.total}`}</small>}
        <Dropdown menu={filterMenu(view, filters, onChange, locale)} trigger={["click"]} placement="bottomRight">
          <Button
            type="text"
            size="small"
            icon={<FilterOutlined />}
            className={activeFilters(filters) > 0 ? styles.active : undefined}
            aria-label={t("filter.more")}
            title={t("filter.more")}
            data-testid="filter-menu"
          />
        </Dropdown>
        <Dropdown menu={sortMenu(filters, onChange, locale)} trigger={["click"]} placement="bottomRight">
          <Button
            type="text"
            size="small"
            icon={<BarsOutlined />}
            className={filters.sort === NO_FILTERS.sort ? undefined : styles.active}
            aria-label={t("sort.title")}
            title={t("sort.title")}
            data-testid="sort-menu"
          />
        </Dropdown>
      </span>
    </div>
  );
}

function Switch({ on, name, onFlip }: { on: boolean; name: "unread" | "late"; onFlip: (on: boolean) => void }) {
  const { t } = useLocale();
  return (
    <button type="button" className={styles.switch} aria-pressed={on} onClick={() => onFlip(!on)} data-testid={`filter-${name}`}>
      {t(`filter.${name}`)}
    </button>
  );
}

function filterMenu(view: ListView, filters: Filters, onChange: Props["onChange"], { t, word }: Locale): MenuProps {
  const choices = (field: "skill" | "channel", values: readonly string[]) => [
    { key: `${field}:`, label: t("filter.any") },
    ...values.map((value) => ({ key: `${field}:${value}`, label: word(field, value) })),
  ];
  return {
    selectable: true,
    selectedKeys: [`skill:${filters.skill ?? ""}`, `channel:${filters.channel ?? ""}`],
    items: [
      { type: "group", label: t("filter.skill"), children: choices("skill", view.skills) },
      { type: "group", label: t("filter.channel"), children: choices("channel", view.channels) },
    ],
    onClick: ({ key }) => {
      const [field, value] = key.split(":") as ["skill" | "channel", string];
      onChange({ ...filters, [field]: value || null });
    },
  };
}

function sortMenu(filters: Filters, onChange: Props["onChange"], { t }: Locale): MenuProps {
  return {
    selectable: true,
    selectedKeys: [filters.sort],
    items: SORTS.map((sort) => ({ key: sort, label: t(`sort.${sort}`) })),
    onClick: ({ key }) => onChange({ ...filters, sort: SORTS.find((one) => one === key) ?? NO_FILTERS.sort }),
  };
}
