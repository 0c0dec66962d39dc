/** The left column: who waits, whom I serve, and for supervisors everybody. */
import { CoffeeOutlined, CommentOutlined, SearchOutlined, TeamOutlined } from "@ant-design/icons";
import { Badge, Input, Skeleton, Tabs } from "antd";
import type { ReactNode } from "react";

import type { Escalation, Summary } from "../../api/types";
import { useLocale } from "../../locale/locale";
import { unreadOf, type DeskState } from "../../state/model";
import { serves, watches } from "../../state/roles";
import { ConversationItem } from "../ConversationItem/ConversationItem";
import { EmptyState } from "../EmptyState/EmptyState";
import { QueueList } from "../QueueItem/QueueItem";
import { ListFilters } from "../ListFilters/ListFilters";
import { activeFilters, type Filters } from "./filters";
import type { ListView, Tab } from "./listView";
import styles from "./SideList.module.css";

interface Props {
  state: DeskState;
  view: ListView;
  search: string;
  filters: Filters;
  /** What was typed and not sent, by conversation. */
  drafts: Readonly<Record<string, string>>;
  busyId: number | null;
  onFilters: (filters: Filters) => void;
  onHover: (id: string) => void;
  onTab: (tab: Tab) => void;
  onSearch: (search: string) => void;
  onOpen: (id: string) => void;
  onAccept: (escalation: Escalation) => void;
}

export function SideList(props: Props) {
  const { t } = useLocale();
  const { state, view, search } = props;
  return (
    <nav className={styles.column} aria-label={t("list.title")} data-region="list">
      <Tabs
        className={styles.tabs}
        size="small"
        activeKey={view.tab}
        onChange={(key) => props.onTab(key as Tab)}
        items={tabItems(state, t)}
      />
      <Input
        className={styles.search}
        allowClear
        prefix={<SearchOutlined />}
        placeholder={t("list.search")}
        value={search}
        onChange={(event) => props.onSearch(event.target.value)}
        aria-label={t("list.search")}
        aria-keyshortcuts="/"
        data-testid="search"
      />
      <ListFilters view={view} filters={props.filters} onChange={props.onFilters} />
      <div className={styles.scroll}>
        <ListBody {...props} />
      </div>
    </nav>
  );
}

function tabItems(state: DeskState, t: (key: string) => string) {
  const unread = (state.mine ?? []).reduce((sum, one) => sum + unreadOf(state, one), 0);
  const item = (key: Tab, badge: ReactNode) => ({
    key,
    label: (
      <span className={styles.tab} data-testid={`tab-${key}`}>
        {t(`list.${key}`)}
        {badge}
      </span>
    ),
  });
  const waiting = state.queue?.escalations.length ?? 0;
  const mine = (state.mine ?? []).length;
  const items = [
    item("queue", <Badge size="small" count={waiting} />),
    item("mine", unread > 0 ? <Badge size="small" count={unread} color="var(--own)" /> : <Count of={mine} />),
  ];
  const all = item("all", <Count of={(state.all ?? []).length} />);
  return [...(serves(state.me) ? items : []), ...(watches(state.me) ? [all] : [])];
}

function Count({ of }: { of: number }) {
  return of > 0 ? <small className={styles.count}>{of}</small> : null;
}

function ListBody(props: Props) {
  const { state, view, search, filters, busyId, onOpen, onAccept, onHover } = props;
  if (!view.loaded) return <Waiting />;
  const narrowed = search.trim() !== "" || activeFilters(filters) > 0;
  if (view.ids.length === 0) return <Nothing tab={view.tab} searching={narrowed && view.total > 0} />;
  if (view.tab === "queue" && state.queue) {
    return (
      <QueueList
        escalations={view.escalations}
        readAt={state.queue.readAt}
        openId={state.openId}
        busyId={busyId}
        onOpen={onOpen}
        onAccept={onAccept}
        onHover={onHover}
      />
    );
  }
  return <ConversationList {...props} conversations={view.conversations} />;
}

function ConversationList({ state, view, drafts, conversations, onOpen, onHover }: Props & { conversations: readonly Summary[] }) {
  return (
    <ul>
      {conversations.map((summary, index) => (
        <ConversationItem
          key={summary.id}
          summary={summary}
          me={state.me}
          unread={unreadOf(state, summary)}
          typing={state.typing[summary.id] ?? false}
          open={summary.id === state.openId}
          newestDay={view.newestDay}
          waitingSince={summary.owner === "bot" ? undefined : state.waits[summary.id]}
          draft={drafts[summary.id]}
          digit={index < 9 ? index + 1 : undefined}
          onOpen={onOpen}
          onHover={onHover}
        />
      ))}
    </ul>
  );
}

const ICONS: Readonly<Record<Tab, ReactNode>> = {
  queue: <CoffeeOutlined />,
  mine: <CommentOutlined />,
  all: <TeamOutlined />,
};

function Nothing({ tab, searching }: { tab: Tab; searching: boolean }) {
  const { t } = useLocale();
  if (searching) return <EmptyState icon={<SearchOutlined />} title={t("list.no_match")} hint={t("list.no_match_hint")} />;
  return <EmptyState icon={ICONS[tab]} title={t(`list.empty_${tab}`)} hint={t(`list.empty_${tab}_hint`)} />;
}

function Waiting() {
  return (
    <div className={styles.waiting} aria-busy="true">
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} active title={{ width: "45%" }} paragraph={{ rows: 2 }} />
      ))}
    </div>
  );
}
