/** The people of the desk as routing sees them; a supervisor says what each can do and how much they take. */
import { EditOutlined } from "@ant-design/icons";
import { App as Antd, Button, Progress, Table, Tag } from "antd";
import { useCallback, useEffect, useState } from "react";

import { errorKey } from "../../api/errors";
import { changeAgent, readAgents, type Ability, type DeskAgent } from "../../api/offers";
import { useLocale, type Locale } from "../../locale/locale";
import type { PageProps } from "../../pages/pages";
import { PresenceDot } from "../Presence/PresenceDot";
import styles from "./AgentsPage.module.css";
import { EditAgent } from "./EditAgent";

const LOOK_EVERY_MS = 5_000;

export function AgentsPage({ api }: PageProps) {
  const locale = useLocale();
  const { t } = locale;
  const { message } = Antd.useApp();
  const [agents, setAgents] = useState<DeskAgent[] | null>(null);
  const [edited, setEdited] = useState<DeskAgent | null>(null);
  const read = useCallback(() => readAgents(api).then(setAgents), [api]);
  useEffect(() => {
    const look = () => void read().catch((error: unknown) => void message.error({ key: "agents", content: t(errorKey(error)) }));
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [read]);
  const save = async (ability: Ability) => {
    if (!edited) return;
    await changeAgent(api, edited.id, ability);
    setEdited(null);
    void message.success(t("agents.saved", { name: edited.name }));
    await read();
  };
  return (
    <section className={styles.page} data-testid="agents-page">
      <header>
        <h2>{t("agents.title")}</h2>
        <Counts agents={agents ?? []} />
      </header>
      <Table<DeskAgent>
        rowKey="id"
        size="small"
        loading={agents === null}
        dataSource={agents ?? []}
        pagination={false}
        columns={columns(locale, setEdited)}
      />
      {edited && <EditAgent agent={edited} onSave={save} onCancel={() => setEdited(null)} />}
    </section>
  );
}

function Counts({ agents }: { agents: readonly DeskAgent[] }) {
  const { t } = useLocale();
  return (
    <p className={styles.counts}>
      {(["online", "busy", "away", "offline"] as const).map((status) => (
        <span key={status}>
          <PresenceDot status={status} /> {t(`presence.${status}`)}{" "}
          <b>{agents.filter((one) => one.status === status).length}</b>
        </span>
      ))}
    </p>
  );
}

function columns({ t, word }: Locale, edit: (agent: DeskAgent) => void) {
  const words = (group: string, all: string) => (told: string[]) =>
    told.length === 0 ? (
      <span className={styles.all}>{all}</span>
    ) : (
      told.map((one) => (
        <Tag key={one} bordered={false}>
          {word(group, one)}
        </Tag>
      ))
    );
  return [
    {
      title: t("agents.name"),
      key: "name",
      render: (_: unknown, one: DeskAgent) => (
        <span className={styles.name}>
          <PresenceDot status={one.status} title={t(`presence.${one.status}`)} />
          <b>{one.name}</b>
          <small>
            {one.id}
            {one.role === "supervisor" && ` · ${t("top.supervisor")}`}
          </small>
        </span>
      ),
    },
    { title: t("agents.status"), dataIndex: "status", render: (status: string) => t(`presence.${status}`) },
    {
      title: t("agents.load"),
      key: "load",
      width: 130,
      render: (_: unknown, one: DeskAgent) => (
        <Progress
          percent={Math.min(100, (100 * one.load) / Math.max(1, one.max_chats))}
          format={() => `${one.load}/${one.max_chats}`}
          status={one.load >= one.max_chats ? "exception" : "normal"}
          size="small"
        />
      ),
    },
    { title: t("agents.skills"), dataIndex: "skills", render: words("skill", t("agents.none")) },
    { title: t("agents.regions"), dataIndex: "regions", render: words("region", t("agents.all")) },
    { title: t("agents.classes"), dataIndex: "classes", render: words("class", t("agents.all")) },
    { title: t("agents.languages"), dataIndex: "languages", render: words("language", t("agents.all")) },
    {
      key: "edit",
      width: 48,
      render: (_: unknown, one: DeskAgent) => (
        <Button
          type="text"
          icon={<EditOutlined />}
          aria-label={t("agents.edit", { name: one.name })}
          onClick={() => edit(one)}
          data-testid={`edit-${one.id}`}
        />
      ),
    },
  ];
}
