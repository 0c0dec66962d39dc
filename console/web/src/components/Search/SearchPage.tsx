/** Search over everything that was kept; a row opens its chat beside it, to read only. */
import { DeleteOutlined, StarOutlined } from "@ant-design/icons";
import { Alert, App as Antd, Button, Dropdown, Input } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { exportSearch, forgetSearch, savedSearches, saveSearch, search } from "../../api/search";
import type { Filters, FoundPage, SavedSearch } from "../../api/search";
import { useLocale } from "../../locale/locale";
import type { PageProps } from "../../pages/pages";
import { ExportButton } from "./ExportButton";
import { Found } from "./Found";
import { ReadOnlyChat } from "./ReadOnlyChat";
import { SearchForm } from "./SearchForm";
import styles from "./SearchPage.module.css";

interface Result {
  readonly filters: Filters;
  readonly page: number;
  readonly found: FoundPage;
}

export function SearchPage({ me, api, onOpen }: PageProps) {
  const { t } = useLocale();
  const [filters, setFilters] = useState<Filters>({});
  const { result, busy, problem, run } = useSearch(api);
  const [openId, setOpenId] = useState<string | null>(null);
  const saved = useSaved(api);
  useEffect(() => run({}, 0), [run]);
  return (
    <div className={styles.page} data-testid="search-page">
      <header className={styles.head}>
        <h1>{t("search.title")}</h1>
        <Saved
          saved={saved.list}
          onPick={(one) => {
            setFilters(one.filters);
            run(one.filters, 0);
          }}
          onForget={saved.forget}
        />
        <span className={styles.total} data-testid="search-total">
          {result && t(result.found.more ? "search.many" : "search.total", { count: result.found.total })}
        </span>
        {me.role === "supervisor" && (
          <ExportButton
            name="gridtalk-search"
            disabled={!result || result.found.total === 0}
            onExport={(reason) => exportSearch(api, result?.filters ?? {}, reason)}
          />
        )}
      </header>
      <SearchForm
        filters={filters}
        busy={busy}
        onChange={setFilters}
        onSearch={() => run(filters, 0)}
        onSave={() => saved.ask(filters)}
      />
      {problem && <Alert type="error" showIcon message={t(problem)} />}
      <div className={styles.columns} data-open={openId !== null}>
        {result && (
          <Found
            found={result.found}
            page={result.page}
            busy={busy}
            said={result.filters.text ?? ""}
            openId={openId}
            onPage={(page) => run(result.filters, page)}
            onOpen={setOpenId}
          />
        )}
        {openId && (
          <ReadOnlyChat key={openId} api={api} conversationId={openId} onClose={() => setOpenId(null)} onWork={onOpen} />
        )}
      </div>
    </div>
  );
}

function useSearch(api: DeskApi) {
  const [result, setResult] = useState<Result | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const asked = useRef(0);
  const run = useCallback(
    (filters: Filters, page: number) => {
      const mine = ++asked.current;
      setBusy(true);
      search(api, filters, page)
        .then((found) => {
          // A slower answer to an older question changes nothing.
          if (mine !== asked.current) return;
          setResult({ filters, page, found });
          setProblem(null);
        })
        .catch((error: unknown) => setProblem(errorKey(error)))
        .finally(() => setBusy(mine !== asked.current));
    },
    [api],
  );
  return { result, busy, problem, run };
}

function useSaved(api: DeskApi) {
  const { t } = useLocale();
  const { message, modal } = Antd.useApp();
  const [list, setList] = useState<SavedSearch[]>([]);
  const complain = useCallback((error: unknown) => void message.error(t(errorKey(error))), [message, t]);
  const read = useCallback(() => void savedSearches(api).then(setList, complain), [api, complain]);
  useEffect(read, [read]);
  const ask = (filters: Filters) => {
    let name = "";
    modal.confirm({
      title: t("search.save"),
      content: <Input maxLength={40} placeholder={t("search.save_name")} onChange={(event) => (name = event.target.value)} autoFocus />,
      okText: t("search.save"),
      cancelText: t("action.cancel"),
      onOk: () => (name.trim() ? saveSearch(api, name.trim(), filters).then(read, complain) : Promise.reject(new Error("no name"))),
    });
  };
  return { list, ask, forget: (id: number) => void forgetSearch(api, id).then(read, complain) };
}

function Saved(props: { saved: SavedSearch[]; onPick: (one: SavedSearch) => void; onForget: (id: number) => void }) {
  const { t } = useLocale();
  if (props.saved.length === 0) return null;
  const items = props.saved.map((one) => ({
    key: one.id,
    label: (
      <span className={styles.saved}>
        {one.name}
        <DeleteOutlined
          aria-label={t("search.forget")}
          onClick={(event) => {
            event.stopPropagation();
            props.onForget(one.id);
          }}
        />
      </span>
    ),
    onClick: () => props.onPick(one),
  }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button size="small" icon={<StarOutlined />}>
        {t("search.saved")}
      </Button>
    </Dropdown>
  );
}
