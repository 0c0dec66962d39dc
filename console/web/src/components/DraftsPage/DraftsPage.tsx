/** What agents found worth keeping, for a supervisor to accept, correct or reject; beside it what became of suggestions. */
import { CheckCircleFilled, CloseCircleFilled, CommentOutlined } from "@ant-design/icons";
import { Button, Input, Popconfirm, Segmented, Table } from "antd";
import { useState } from "react";

import { replies, type KnowledgeDraft, type SuggestionFigures } from "../../api/replies";
import { useAct } from "../../hooks/useAct";
import { useArea, useDeskTools } from "../../hooks/useDeskTools";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import type { PageProps } from "../../pages/pages";
import { hasWorkplace } from "../../state/roles";
import { EmptyState } from "../EmptyState/EmptyState";
import { DraftForm } from "./DraftForm";
import styles from "./DraftsPage.module.css";

export function DraftsPage({ me, onOpen }: PageProps) {
  const { t } = useLocale();
  const [tab, setTab] = useState<"drafts" | "figures">("drafts");
  return (
    <section className={styles.page} data-testid="drafts-page">
      <header className={styles.head}>
        <h1>{t("draft.title")}</h1>
        <Segmented
          value={tab}
          onChange={(next) => setTab(next as typeof tab)}
          options={[
            { value: "drafts", label: t("draft.tab") },
            { value: "figures", label: t("figures.tab") },
          ]}
        />
      </header>
      {tab === "drafts" ? <Drafts onOpen={hasWorkplace(me) ? onOpen : undefined} /> : <Figures />}
    </section>
  );
}

/** Undefined for an editor, who opens no chats. */
type Opening = PageProps["onOpen"] | undefined;

function Drafts({ onOpen }: { onOpen: Opening }) {
  const { t } = useLocale();
  const [known, again] = useArea("drafts", "all", replies.drafts);
  const drafts = known?.drafts ?? [];
  if (known && drafts.length === 0) {
    return <EmptyState icon={<CheckCircleFilled />} title={t("draft.none")} hint={t("draft.none_hint")} />;
  }
  return (
    <ul className={styles.list}>
      {drafts.map((draft) => (
        <Draft key={`${draft.id}-${draft.state}`} draft={draft} onDone={again} onOpen={onOpen} />
      ))}
    </ul>
  );
}

interface DraftProps {
  onOpen: Opening;
  draft: KnowledgeDraft;
  onDone: () => void;
}

function Draft({ draft, onDone, onOpen }: DraftProps) {
  const { t, word } = useLocale();
  const tools = useDeskTools();
  const [reason, setReason] = useState("");
  const act = useAct();
  if (!tools) return null;
  const reject = () => act.run(() => replies.rejectDraft(tools.api, draft.id, reason.trim()).then(onDone));
  return (
    <li className={styles.card} data-state={draft.state} data-testid={`draft-${draft.id}`}>
      <p className={styles.meta}>
        <b>{t(`draft.${draft.state}`)}</b>
        <span>{word("intent", draft.intent)}</span>
        <span>
          {draft.written_by.name} {dayOf(draft.written_at).slice(5)} {clockTime(draft.written_at)}
        </span>
        {onOpen && draft.conversation_id && (
          <Button type="link" size="small" icon={<CommentOutlined />} onClick={() => onOpen(draft.conversation_id as string)}>
            {t("draft.open_chat")}
          </Button>
        )}
      </p>
      {draft.state === "pending" ? (
        <>
          <DraftForm
            pair={draft}
            confirmKey="draft.accept"
            onConfirm={({ question, answer, intent }) =>
              replies.acceptDraft(tools.api, draft.id, { question, answer, intent }).then(onDone)
            }
          />
          <Popconfirm
            title={t("draft.reject_why")}
            description={<Input value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} data-testid="reject-reason" />}
            okButtonProps={{ disabled: !reason.trim(), danger: true }}
            okText={t("draft.reject")}
            cancelText={t("action.cancel")}
            onConfirm={reject}
          >
            <Button danger type="link" size="small" icon={<CloseCircleFilled />} data-testid="draft-reject">
              {t("draft.reject")}
            </Button>
          </Popconfirm>
        </>
      ) : (
        <>
          <h3>{draft.question}</h3>
          <p>{draft.answer}</p>
          {draft.reason && <p className={styles.reason}>{t("draft.because", { reason: draft.reason })}</p>}
        </>
      )}
      {act.trouble && <p role="alert">{t(act.trouble)}</p>}
    </li>
  );
}

const DAYS = [1, 7, 30];

function Figures() {
  const { t, word } = useLocale();
  const [days, setDays] = useState(7);
  const [rows] = useArea("figures", String(days), (api) => replies.suggestionFigures(api, days));
  const share = (row: SuggestionFigures) => Math.round((100 * (row.sent + row.edited)) / Math.max(1, row.shown));
  return (
    <>
      <Segmented
        size="small"
        value={days}
        onChange={(next) => setDays(Number(next))}
        options={DAYS.map((one) => ({ value: one, label: t("figures.days", { count: one }) }))}
      />
      <Table
        className={styles.table}
        size="small"
        rowKey={(row) => `${row.kind}/${row.source}`}
        dataSource={rows ?? []}
        loading={rows === null}
        pagination={{ pageSize: 12, hideOnSinglePage: true }}
        columns={[
          { title: t("figures.source"), render: (_, row) => (row.kind === "intent" ? word("intent", row.title) : row.title) },
          { title: t("figures.kind"), render: (_, row) => t(`suggestion.${row.kind}`) },
          { title: t("figures.shown"), dataIndex: "shown", align: "right" },
          { title: t("figures.sent"), dataIndex: "sent", align: "right" },
          { title: t("figures.edited"), dataIndex: "edited", align: "right" },
          { title: t("figures.rejected"), dataIndex: "rejected", align: "right" },
          { title: t("figures.ignored"), dataIndex: "ignored", align: "right" },
          { title: t("figures.share"), render: (_, row) => `${share(row)}%`, align: "right" },
        ]}
      />
    </>
  );
}
