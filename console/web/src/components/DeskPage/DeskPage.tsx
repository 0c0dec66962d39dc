/** The workplace of one agent: list, chat and card side by side under one bar. */
import { App as Antd, Spin } from "antd";
import { Suspense, useEffect, useRef, useState } from "react";

import type { DeskApi } from "../../api/client";
import { ApiError, errorKey } from "../../api/errors";
import type { Agent } from "../../api/types";
import { CommandProvider } from "../../commands/commands";
import { useActivity } from "../../hooks/useActivity";
import { useAlerts, type Alerts } from "../../hooks/useAlerts";
import { useDesk } from "../../hooks/useDesk";
import { useDraftMarks } from "../../hooks/useDraftMarks";
import { useTick } from "../../hooks/useTick";
import { useVisible } from "../../hooks/useVisible";
import { useLocale } from "../../locale/locale";
import { pagesOf } from "../../pages/pages";
import type { DeskController } from "../../state/controller";
import type { Mode } from "../../state/drafts";
import { openThread, unreadOf, type DeskState } from "../../state/model";
import { hasWorkplace, serves } from "../../state/roles";
import { Chat } from "../Chat/Chat";
import { CommandPalette } from "../CommandPalette/CommandPalette";
import { ErrorBoundary } from "../ErrorBoundary/ErrorBoundary";
import { HelpOverlay } from "../HelpOverlay/HelpOverlay";
import { OffersProvider } from "../Offers/context";
import { Offers } from "../Offers/Offers";
import { useOffers } from "../Offers/useOffers";
import { OfflineBanner } from "../OfflineBanner/OfflineBanner";
import { SecurityDrawer } from "../Security/SecurityDrawer";
import { keepFilters, readFilters } from "../SideList/filters";
import { listView, type Tab } from "../SideList/listView";
import { SideList } from "../SideList/SideList";
import { SidePanel } from "../SidePanel/SidePanel";
import { PresenceSwitch } from "../Presence/PresenceSwitch";
import { TopBar } from "../TopBar/TopBar";
import { DeskContext, useDeskContext } from "../../hooks/useDeskTools";
import styles from "./DeskPage.module.css";
import { useActs } from "./useActs";
import { useDeskCommands } from "./useDeskCommands";
import { useTransferEnd } from "./useTransferEnd";
import { useTakeOffer } from "./useTakeOffer";
import { forgetOpenInAddress, useOpenInAddress } from "./useOpenInAddress";

interface Props {
  me: Agent;
  api: DeskApi;
  onReplaced: () => void;
  onLogout: () => Promise<void>;
}

/** How often filters by waiting look again; what is shown of a wait ticks by itself. */
const LOOK_MS = 5_000;

export function DeskPage(props: Props) {
  return (
    <CommandProvider>
      <Workplace {...props} />
    </CommandProvider>
  );
}

function Workplace({ me, api, onReplaced, onLogout }: Props) {
  const locale = useLocale();
  const { message } = Antd.useApp();
  // One line per trouble, however often it is told; that a colleague has a chat now is news, no failure.
  const complain = (key: string) => void message[key === "error.taken_away" ? "info" : "error"]({ key, content: locale.t(key) });
  const raise = useRef<Alerts["raise"]>(() => undefined);
  const alert: Alerts["raise"] = (told) => raise.current(told);
  const offers = useOffers(api, alert, complain, { idle: !serves(me), onEnded: useTransferEnd(api) });
  const { state, controller } = useDesk(api, me, { onAlert: alert, onTrouble: complain, onReplaced, onOffers: offers.refresh });
  const [pageKey, setPageKey] = useState<string | null>(hasWorkplace(me) ? null : (pagesOf(me)[0]?.key ?? null));
  const [securityOpen, setSecurityOpen] = useState(false);
  const open = (id: string) => {
    setPageKey(null);
    void controller.open(id);
  };
  const alerts = useAlerts(locale, waitingNews(state), open);
  raise.current = alerts.raise;
  const list = useList(state);
  const { acts, busyId, acceptEscalation } = useActs(controller, () => list.setTab("mine"));
  const [front, setFront] = useState<"palette" | "help" | null>(null);
  const flip = (name: "palette" | "help") => () => setFront((now) => (now === name ? null : name));

  useSeen(state, (id) => controller.markSeen(id));
  useOpenInAddress(state.openId, open);
  const take = useTakeOffer(offers, acceptEscalation, (id) => {
    list.setTab("mine");
    open(id);
  });
  usePrefetch(state, controller);
  useDeskCommands(state, list.view, {
    open,
    acceptFirst: () => {
      if (take.first()) return;
      const first = state.queue?.escalations[0];
      if (first) void acceptEscalation(first);
    },
    setTab: list.setTab,
    togglePalette: flip("palette"),
    toggleHelp: flip("help"),
  });
  const tools = useDeskContext(api, state.areas, open, (id, line) => controller.takeInLine(id, line));
  const logout = useLogout(onLogout, complain);
  useActivity(api);
  const page = pagesOf(me).find((one) => one.key === pageKey);

  return (
    <DeskContext.Provider value={tools}>
    <OffersProvider value={{ api, state, offers }}>
      <div className={styles.desk}>
        <TopBar
          state={state}
          pageKey={pageKey}
          alerts={alerts}
          presence={<PresenceSwitch status={offers.status} onChoose={offers.choose} />}
          onPage={setPageKey}
          onPalette={flip("palette")}
          onHelp={flip("help")}
          onSecurity={() => setSecurityOpen(true)}
          onLogout={logout}
        />
        <SecurityDrawer api={api} open={securityOpen} onClose={() => setSecurityOpen(false)} />
        <OfflineBanner connection={state.connection} />
        <Offers offers={offers} busyId={busyId} onAccept={take.offer} onTake={take.transfer} />
        {page && (
          <main className={styles.page}>
            <ErrorBoundary key={page.key}>
              <Suspense fallback={<Spin className={styles.fetching} size="large" />}>
                <page.View me={me} api={api} state={state} onOpen={open} />
              </Suspense>
            </ErrorBoundary>
          </main>
        )}
        <div className={styles.columns} hidden={Boolean(page) || !hasWorkplace(me)}>
          <SideList
            state={state}
            {...list.props}
            busyId={busyId}
            onOpen={open}
            onHover={(id) => controller.prefetch(id)}
            onAccept={(escalation) => void acceptEscalation(escalation)}
          />
          <Chat state={state} acts={acts} onRetry={open} {...chatHands(api, controller, complain)} />
          <aside className={styles.aside} data-region="aside" aria-label={locale.t("aside.title")}>
            <SidePanel state={state} thread={openThread(state)} api={api} onActed={open} />
          </aside>
        </div>
        <CommandPalette state={state} open={front === "palette"} onClose={() => setFront(null)} onOpenChat={open} onPage={setPageKey} />
        <HelpOverlay open={front === "help"} onClose={() => setFront(null)} />
      </div>
    </OffersProvider>
    </DeskContext.Provider>
  );
}

/** The left column: which tab, which words, which filters; the filters are kept in the browser. */
function useList(state: DeskState) {
  const { word } = useLocale();
  const [tab, setTab] = useState<Tab>("queue");
  const [search, setSearch] = useState("");
  const [filters, setFilters] = useState(() => readFilters(localStorage, state.me.id));
  const drafts = useDraftMarks(state.me.id);
  const now = useTick(LOOK_MS);
  const view = listView(state, { tab, search, filters, now }, word);
  const onFilters = (next: typeof filters) => {
    keepFilters(localStorage, state.me.id, next);
    setFilters(next);
  };
  return { view, setTab, props: { view, search, filters, drafts, onFilters, onTab: setTab, onSearch: setSearch } };
}

/** What the title counts: unread lines of mine, and who waits in the queue. */
function waitingNews(state: DeskState): number {
  const unread = (state.mine ?? []).reduce((sum, one) => sum + unreadOf(state, one), 0);
  return unread + (state.queue?.escalations.length ?? 0);
}

/** What the chat asks of the server. */
function chatHands(api: DeskApi, controller: DeskController, complain: (key: string) => void) {
  const told = (work: Promise<void>) => work.catch((error: unknown) => complain(errorKey(error)));
  return {
    onEarlier: (id: string) => told(controller.readEarlier(id)),
    onHistory: (id: string) => told(controller.readHistory(id)),
    onBackTo: (id: string, seq: number) => told(controller.readBackTo(id, seq)),
    onSearch: (id: string, words: string) =>
      api.search(id, words).catch((error: unknown) => {
        complain(errorKey(error));
        return [];
      }),
    onSend: (id: string, mode: Mode, clientId: string, text: string) => controller.send(id, mode, clientId, text),
    onTyping: (id: string, on: boolean) => controller.typing(id, on),
  };
}

/** My chats stand ready before they are opened, so that switching between twelve of them is at once. */
function usePrefetch({ mine }: DeskState, controller: DeskController): void {
  const ids = (mine ?? []).map((one) => one.id).join("\n");
  useEffect(() => {
    for (const id of ids.split("\n").filter(Boolean)) controller.prefetch(id);
  }, [ids, controller]);
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
