/** The workplace of one agent: list, chat and card side by side under one bar. */
import { App as Antd } from "antd";
import { useEffect, useState } from "react";

import type { DeskApi } from "../../api/client";
import { ApiError, errorKey } from "../../api/errors";
import type { Agent, Escalation } from "../../api/types";
import { useActivity } from "../../hooks/useActivity";
import { useAlerts } from "../../hooks/useAlerts";
import { useDesk } from "../../hooks/useDesk";
import { useHotkeys } from "../../hooks/useHotkeys";
import { useVisible } from "../../hooks/useVisible";
import { useLocale } from "../../locale/locale";
import type { Mode } from "../../state/drafts";
import { openThread, type DeskState } from "../../state/model";
import { hasWorkplace, serves } from "../../state/roles";
import { pagesOf } from "../../pages/pages";
import { Chat } from "../Chat/Chat";
import { OfflineBanner } from "../OfflineBanner/OfflineBanner";
import { listView, neighbour, type Tab } from "../SideList/listView";
import { SecurityDrawer } from "../Security/SecurityDrawer";
import { SideList } from "../SideList/SideList";
import { SidePanel } from "../SidePanel/SidePanel";
import { TopBar } from "../TopBar/TopBar";
import styles from "./DeskPage.module.css";
import { useActs } from "./useActs";
import { forgetOpenInAddress, useOpenInAddress } from "./useOpenInAddress";

interface Props {
  me: Agent;
  api: DeskApi;
  onReplaced: () => void;
  onLogout: () => Promise<void>;
}

export function DeskPage({ me, api, onReplaced, onLogout }: Props) {
  const locale = useLocale();
  const { message } = Antd.useApp();
  const alerts = useAlerts(locale);
  const complain = (key: string) => void message.error(locale.t(key));
  const { state, controller } = useDesk(api, me, { onAlert: alerts.raise, onTrouble: complain, onReplaced });
  const [tab, setTab] = useState<Tab>(serves(me) ? "queue" : "all");
  const [search, setSearch] = useState("");
  const [pageKey, setPageKey] = useState<string | null>(hasWorkplace(me) ? null : (pagesOf(me)[0]?.key ?? null));
  const [securityOpen, setSecurityOpen] = useState(false);
  const view = listView(state, tab, search, locale.word);
  const open = (id: string) => void controller.open(id);
  const page = pagesOf(me).find((one) => one.key === pageKey);
  const openInWorkplace = (id: string) => {
    setPageKey(null);
    open(id);
  };
  const { acts, busyId, acceptEscalation } = useActs(controller, () => setTab("mine"));

  useSeen(state, (id) => controller.markSeen(id));
  useOpenInAddress(state.openId, open);
  useHotkeys(deskKeys(state, view.ids, open, (first) => void acceptEscalation(first)));
  const logout = useLogout(onLogout, complain);
  useActivity(api);

  return (
    <div className={styles.desk}>
      <TopBar
        state={state}
        pageKey={pageKey}
        onPage={setPageKey}
        muted={alerts.muted}
        onToggleMuted={alerts.toggleMuted}
        onSecurity={() => setSecurityOpen(true)}
        onLogout={logout}
      />
      <SecurityDrawer api={api} open={securityOpen} onClose={() => setSecurityOpen(false)} />
      <OfflineBanner connection={state.connection} />
      {page && (
        <main className={styles.page}>
          <page.View me={me} api={api} state={state} onOpen={openInWorkplace} />
        </main>
      )}
      <div className={styles.columns} hidden={Boolean(page) || !hasWorkplace(me)}>
        <SideList
          state={state}
          view={view}
          search={search}
          busyId={busyId}
          onTab={setTab}
          onSearch={setSearch}
          onOpen={open}
          onAccept={(escalation) => void acceptEscalation(escalation)}
        />
        <Chat state={state} acts={acts} onRetry={open} {...chatHands(controller, complain)} />
        <Aside state={state} api={api} />
      </div>
    </div>
  );
}

/** What the chat asks of the server. */
function chatHands(controller: ReturnType<typeof useDesk>["controller"], complain: (key: string) => void) {
  return {
    onEarlier: (id: string) => controller.readEarlier(id).catch((error: unknown) => complain(errorKey(error))),
    onSend: (id: string, mode: Mode, clientId: string, text: string) => controller.send(id, mode, clientId, text),
    onTyping: (id: string, on: boolean) => controller.typing(id, on),
  };
}

/** What the keys do: take the first of the queue, go up and down the list. */
function deskKeys(
  state: DeskState,
  ids: readonly string[],
  open: (id: string) => void,
  accept: (first: Escalation) => void,
): Parameters<typeof useHotkeys>[0] {
  return {
    acceptFirst: () => {
      const first = state.queue?.escalations[0];
      if (first) accept(first);
    },
    switchBy: (step) => {
      const next = neighbour(ids, state.openId, step);
      if (next) open(next);
    },
  };
}

/** A session that is gone already is as good as logged out. */
function useLogout(onLogout: Props["onLogout"], complain: (key: string) => void): () => void {
  return () => {
    forgetOpenInAddress();
    onLogout().catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 401)) complain(errorKey(error));
    });
  };
}

function Aside({ state, api }: { state: DeskState; api: DeskApi }) {
  return (
    <aside className={styles.aside}>
      <SidePanel state={state} thread={openThread(state)} api={api} />
    </aside>
  );
}

/** What is open on a page the agent can see counts as seen. */
function useSeen(state: DeskState, markSeen: (id: string) => void): void {
  const visible = useVisible();
  const { openId } = state;
  const lastSeq = openThread(state)?.conversation.last_seq ?? 0;
  useEffect(() => {
    if (visible && openId !== null && lastSeq > 0) markSeen(openId);
    // `markSeen` is a new function on every render and does the same each time.
  }, [visible, openId, lastSeq]);
}
