/** Calls after low scores: who is to be called until when, and what came of it. */
import { CheckOutlined, CommentOutlined, PhoneOutlined } from "@ant-design/icons";
import { Alert, App as Antd, Button, Empty, Segmented, Table, Tag } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useCallback, useEffect, useState } from "react";

import type { DeskApi } from "../../api/client";
import { errorKey } from "../../api/errors";
import { claimFollowUp, finishFollowUp, followUps, type CallResult, type FollowUp } from "../../api/search";
import { useLocale, type Locale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import type { PageProps } from "../../pages/pages";
import { ChannelIcon } from "../ChannelIcon/ChannelIcon";
import styles from "./FollowUpsPage.module.css";
import { ResultModal } from "./ResultModal";

type State = "open" | "ended";

export function FollowUpsPage({ me, api, onOpen }: PageProps) {
  const locale = useLocale();
  const { t } = locale;
  const [state, setState] = useState<State>("open");
  const [asking, setAsking] = useState<FollowUp | null>(null);
  const { rows, problem, claim, finish } = useFollowUps(api, state);
  const acts = { me: me.id, onOpen, onClaim: claim, onResult: setAsking };
  return (
    <div className={styles.page} data-testid="follow-ups">
      <header className={styles.head}>
        <h1>{t("follow_up.title")}</h1>
        <Segmented<State>
          size="small"
          value={state}
          onChange={setState}
          options={[
            { value: "open", label: t("follow_up.open") },
            { value: "ended", label: t("follow_up.ended") },
          ]}
        />
        <span className={styles.hint}>{t("follow_up.hint")}</span>
      </header>
      {problem && <Alert type="error" showIcon message={t(problem)} />}
      <Table<FollowUp>
        size="small"
        rowKey="id"
        columns={columnsOf(state, locale, acts)}
        dataSource={rows ?? []}
        loading={rows === null}
        pagination={false}
        scroll={{ y: "calc(100vh - 170px)" }}
        locale={{ emptyText: <Empty description={t(`follow_up.none_${state}`)} /> }}
        onRow={(row) => ({ "data-testid": "follow-up", "data-late": row.late } as React.HTMLAttributes<HTMLElement>)}
      />
      {asking && (
        <ResultModal
          followUp={asking}
          onCancel={() => setAsking(null)}
          onResult={(result) => finish(asking.id, result).then(() => setAsking(null))}
        />
      )}
    </div>
  );
}

function useFollowUps(api: DeskApi, state: State) {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const [rows, setRows] = useState<FollowUp[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const read = useCallback(
    () =>
      followUps(api, state).then(
        (list) => {
          setRows(list);
          setProblem(null);
        },
        (error: unknown) => setProblem(errorKey(error)),
      ),
    [api, state],
  );
  useEffect(() => {
    setRows(null);
    void read();
  }, [read]);
  const act = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      void message.error(t(errorKey(error)));
    }
    await read();
  };
  return {
    rows,
    problem,
    claim: (id: number) => void act(claimFollowUp(api, id)),
    finish: (id: number, result: CallResult) => act(finishFollowUp(api, id, result)),
  };
}

interface Acts {
  me: string;
  onOpen: (conversationId: string) => void;
  onClaim: (id: number) => void;
  onResult: (followUp: FollowUp) => void;
}

function columnsOf(state: State, { t, word }: Locale, acts: Acts): ColumnsType<FollowUp> {
  const due: ColumnsType<FollowUp> = [
    {
      title: t("follow_up.due"),
      width: 150,
      render: (_, row) => (
        <span data-late={row.late} className={styles.due}>
          {moment(row.due_at)} {row.late && <Tag color="red">{t("follow_up.late")}</Tag>}
        </span>
      ),
    },
  ];
  const ended: ColumnsType<FollowUp> = [
    { title: t("follow_up.ended_at"), width: 120, render: (_, row) => (row.ended_at ? moment(row.ended_at) : "") },
    { title: t("follow_up.result"), width: 90, render: (_, row) => <Tag>{word("follow_up_state", row.state)}</Tag> },
    { title: t("follow_up.cause"), width: 100, render: (_, row) => (row.cause ? word("cause", row.cause) : "") },
    { title: t("follow_up.note"), ellipsis: true, dataIndex: "note" },
  ];
  return [
    ...(state === "open" ? due : ended),
    { title: t("search.stars"), width: 80, render: (_, row) => <span className={styles.stars}>{"★".repeat(row.stars)}</span> },
    {
      title: t("search.customer_column"),
      width: 150,
      render: (_, row) => (
        <>
          <ChannelIcon channel={row.channel} /> {row.display_name}
        </>
      ),
    },
    { title: t("follow_up.said"), ellipsis: true, render: (_, row) => row.comment || t("follow_up.nothing_said") },
    { title: t("search.skill"), width: 90, render: (_, row) => word("skill", row.skill) },
    { title: t("follow_up.served_by"), width: 90, render: (_, row) => row.served_by?.name ?? "" },
    { title: t("follow_up.caller"), width: 110, render: (_, row) => callerOf(row, t) },
    { title: "", width: state === "open" ? 232 : 90, render: (_, row) => <Hands row={row} acts={acts} /> },
  ];
}

function callerOf(row: FollowUp, t: Locale["t"]): string {
  const name = row.claimed_by?.name ?? "";
  if (row.state !== "open" || row.tries === 0) return name;
  return `${name} · ${t("follow_up.tries", { count: row.tries })}`;
}

function Hands({ row, acts }: { row: FollowUp; acts: Acts }) {
  const { t } = useLocale();
  return (
    <span className={styles.hands}>
      <Button size="small" icon={<CommentOutlined />} onClick={() => acts.onOpen(row.conversation_id)}>
        {t("follow_up.chat")}
      </Button>
      {row.state === "open" && row.claimed_by?.id !== acts.me && (
        <Button size="small" icon={<PhoneOutlined />} onClick={() => acts.onClaim(row.id)} data-testid="follow-up-claim">
          {t("follow_up.claim")}
        </Button>
      )}
      {row.state === "open" && (
        <Button size="small" type="primary" icon={<CheckOutlined />} onClick={() => acts.onResult(row)} data-testid="follow-up-result">
          {t("follow_up.write")}
        </Button>
      )}
    </span>
  );
}

function moment(iso: string): string {
  return `${dayOf(iso).slice(5)} ${clockTime(iso)}`;
}
