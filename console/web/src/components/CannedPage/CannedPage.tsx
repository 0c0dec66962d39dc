/** The canned replies: whose they are, what waits for approval, what ends soon; written here, decided by supervisors. */
import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Input, Segmented, Tag } from "antd";
import { useMemo, useState } from "react";

import { replies, type Canned } from "../../api/replies";
import { useArea } from "../../hooks/useDeskTools";
import { useLocale } from "../../locale/locale";
import { dayOf } from "../../locale/when";
import type { PageProps } from "../../pages/pages";
import { CannedEditor } from "./CannedEditor";
import styles from "./CannedPage.module.css";
import { Decision } from "./Decision";

type View = "all" | "mine" | "pending" | "ending";
const VIEWS: readonly View[] = ["all", "mine", "pending", "ending"];

export function CannedPage({ me }: PageProps) {
  const { t } = useLocale();
  const [listed, again] = useArea("canned", "managed", replies.managed);
  const [book] = useArea("canned", "usable", replies.usable);
  const [view, setView] = useState<View>("all");
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<number | "new" | null>(null);
  const shown = useMemo(() => filtered(listed ?? [], view, search.trim().toLowerCase()), [listed, view, search]);
  const one = (listed ?? []).find((each) => each.id === chosen) ?? null;
  const count = (which: View) => (which === "all" || which === "mine" ? "" : filtered(listed ?? [], which, "").length || "");
  const done = () => {
    setChosen(null);
    again();
  };
  return (
    <section className={styles.page} data-testid="canned-page">
      <div className={styles.left}>
        <header className={styles.head}>
          <h1>{t("canned.title")}</h1>
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setChosen("new")} data-testid="canned-new">
            {t("canned.new")}
          </Button>
        </header>
        <div className={styles.filters}>
          <Segmented
            size="small"
            value={view}
            onChange={(next) => setView(next as View)}
            options={VIEWS.map((each) => ({ value: each, label: `${t(`canned.view_${each}`)} ${count(each)}`.trim() }))}
          />
          <Input
            size="small"
            allowClear
            prefix={<SearchOutlined />}
            placeholder={t("canned.search")}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
        <List shown={shown} chosen={chosen} onChoose={setChosen} />
      </div>
      <div className={styles.right}>
        {chosen === null && <p className={styles.hint}>{t("canned.hint")}</p>}
        {one && <Decision key={`${one.id}-${one.version}-${one.state}`} me={me} canned={one} onDone={again} />}
        {(chosen === "new" || one) && (
          <CannedEditor
            key={one ? `${one.id}-${one.version}` : "new"}
            me={me}
            canned={one}
            variables={book?.variables ?? []}
            onDone={done}
          />
        )}
      </div>
    </section>
  );
}

interface ListProps {
  shown: readonly Canned[];
  chosen: number | "new" | null;
  onChoose: (id: number) => void;
}

function List({ shown, chosen, onChoose }: ListProps) {
  const { t } = useLocale();
  const folders = [...new Set(shown.map((one) => one.folder))];
  return (
    <div className={styles.list}>
      {shown.length === 0 && <p className={styles.hint}>{t("canned.no_match")}</p>}
      {folders.map((folder) => (
        <section key={folder}>
          <h2>{folder}</h2>
          <ul>
            {shown
              .filter((one) => one.folder === folder)
              .map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    aria-current={one.id === chosen}
                    onClick={() => onChoose(one.id)}
                    data-testid={`canned-${one.shortcut}`}
                  >
                    <kbd>/{one.shortcut}</kbd>
                    <span className={styles.title}>
                      <b>{one.title}</b>
                      <span>{one.text}</span>
                    </span>
                    <Marks canned={one} />
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Marks({ canned }: { canned: Canned }) {
  const { t } = useLocale();
  return (
    <span className={styles.marks}>
      {canned.state === "pending" && <Tag color="orange">{t("canned.pending")}</Tag>}
      {canned.state === "rejected" && <Tag color="red">{t("canned.rejected")}</Tag>}
      {canned.ended ? (
        <Tag color="default">{t("canned.ended")}</Tag>
      ) : (
        canned.ends_soon && <Tag color="gold">{t("canned.ends_on", { day: dayOf(canned.expires_at ?? "").slice(5) })}</Tag>
      )}
      {canned.owner && <Tag color="cyan">{t("canned.mine")}</Tag>}
      <small>{t("canned.uses", { count: canned.uses })}</small>
    </span>
  );
}

function filtered(all: readonly Canned[], view: View, search: string): Canned[] {
  const fits: Readonly<Record<View, (one: Canned) => boolean>> = {
    all: () => true,
    mine: (one) => one.owner !== null,
    pending: (one) => one.state === "pending",
    ending: (one) => one.ends_soon || one.ended,
  };
  const holds = (one: Canned) => `${one.shortcut} ${one.title} ${one.text} ${one.folder}`.toLowerCase().includes(search);
  return all.filter((one) => fits[view](one) && holds(one));
}
