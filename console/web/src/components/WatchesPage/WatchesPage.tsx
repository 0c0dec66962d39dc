/** What runs out: each promise, call-back, order and call with its time, who is answerable, and how far it was escalated. */
import { Button, Segmented, Table, Tag } from "antd";
import { useMemo, useState } from "react";

import { listWatches, type Watch } from "../../api/watches";
import { useArea } from "../../hooks/useDeskTools";
import { useTick } from "../../hooks/useTick";
import { useLocale } from "../../locale/locale";
import { clockTime, dayLabel, duration } from "../../locale/when";
import type { PageProps } from "../../pages/pages";
import styles from "./WatchesPage.module.css";

const SECOND_MS = 1000;
const COLOURS: Readonly<Record<string, string>> = { owner: "blue", lead: "orange", duty: "red" };

type Scope = "mine" | "all";

export function WatchesPage({ me, onOpen }: PageProps) {
  const { t } = useLocale();
  const supervises = me.role === "supervisor";
  const [scope, setScope] = useState<Scope>(supervises ? "all" : "mine");
  const [found] = useArea("watches", scope, (api) => listWatches(api, scope));
  const ahead = useMemo(() => (found ? Date.parse(found.at) - Date.now() : 0), [found]);
  return (
    <main className={styles.page} data-testid="watches-page">
      <header className={styles.head}>
        <h2>{t("watches.title")}</h2>
        <p>{t("watches.lead")}</p>
        {supervises && (
          <Segmented<Scope>
            size="small"
            value={scope}
            onChange={setScope}
            options={[
              { value: "mine", label: t("watches.mine") },
              { value: "all", label: t("watches.all") },
            ]}
          />
        )}
      </header>
      <WatchTable watches={found?.watches ?? null} ahead={ahead} onOpen={onOpen} />
    </main>
  );
}

interface TableProps {
  watches: readonly Watch[] | null;
  ahead: number;
  onOpen: (conversationId: string) => void;
}

function WatchTable({ watches, ahead, onOpen }: TableProps) {
  const locale = useLocale();
  const { t, word } = locale;
  return (
    <Table<Watch>
      size="small"
      rowKey="id"
      loading={watches === null}
      dataSource={[...(watches ?? [])]}
      locale={{ emptyText: t("watches.none") }}
      pagination={{ pageSize: 15, hideOnSinglePage: true, showSizeChanger: false }}
      onRow={(watch) => ({ "data-testid": "watch", "data-late": watch.late }) as React.HTMLAttributes<HTMLElement>}
      columns={[
        { title: t("watches.what"), render: (_, watch) => <What watch={watch} /> },
        { title: t("watches.owner"), render: (_, watch) => watch.owner?.name ?? t("watches.nobody") },
        { title: t("watches.due"), render: (_, watch) => `${dayLabel(watch.due_at, locale)} ${clockTime(watch.due_at)}` },
        { title: t("watches.left"), render: (_, watch) => <Left watch={watch} ahead={ahead} /> },
        {
          title: t("watches.step"),
          render: (_, watch) => (watch.step ? <Tag color={COLOURS[watch.step]}>{word("watch_step", watch.step)}</Tag> : word("watch_step", "")),
        },
        {
          title: t("watches.customer"),
          render: (_, watch) =>
            watch.customer_told_at ? t("watches.told", { time: clockTime(watch.customer_told_at) }) : t("watches.untold"),
        },
        {
          title: "",
          align: "right",
          render: (_, { conversation_id: chat }) =>
            chat && (
              <Button size="small" onClick={() => onOpen(chat)}>
                {t("watches.open")}
              </Button>
            ),
        },
      ]}
    />
  );
}

function What({ watch }: { watch: Watch }) {
  const { word } = useLocale();
  const about = watch.kind === "call" ? [word("notice_kind", watch.title), `****${watch.account_tail}`] : [watch.title];
  const number = ["order", "fault", "callback", "consent"].includes(watch.kind) ? [watch.ref] : [];
  return (
    <span className={styles.what}>
      <b>{word("watch_kind", watch.kind)}</b>
      <span>{[...number, ...about].filter(Boolean).join(" · ")}</span>
    </span>
  );
}

/** Counts by the second, on the server's clock. */
function Left({ watch, ahead }: { watch: Watch; ahead: number }) {
  const { t } = useLocale();
  useTick();
  const seconds = Math.round((Date.parse(watch.due_at) - Date.now() - ahead) / SECOND_MS);
  if (seconds >= 0) return <span className={styles.left}>{duration(seconds)}</span>;
  return (
    <Tag color="red" className={styles.left}>
      {t("watches.over", { time: duration(-seconds) })}
    </Tag>
  );
}
