/** What stands beside an open chat, one tab each; a new tab is a line here and a component of its own. */
import { AuditOutlined, EyeOutlined, HistoryOutlined, IdcardOutlined, SwapOutlined, UserOutlined } from "@ant-design/icons";
import type { ComponentType } from "react";

import { CustomerAside } from "../components/Customer/CustomerAside";
import { OrdersAside } from "../components/Customer/OrdersAside";
import { HistoryAside } from "../components/History/HistoryAside";
import { MaskProvider } from "../components/Masked/MaskContext";
import { Supervise } from "../components/Supervise/Supervise";
import { TakeoverCard } from "../components/TakeoverCard/TakeoverCard";
import { Timeline } from "../components/Timeline/Timeline";
import type { DeskApi } from "../api/client";
import type { Agent } from "../api/types";
import { agentNames, currentCard, type DeskState, type Thread } from "../state/model";

export interface AsideProps {
  state: DeskState;
  thread: Thread;
  api: DeskApi;
  /** What was done beside the chat has changed it. */
  onActed?: (id: string) => void;
}

export interface Aside {
  readonly key: string;
  readonly titleKey: string;
  readonly icon: ComponentType;
  readonly View: ComponentType<AsideProps>;
  /** Who has this tab; everybody, where nothing is said. */
  readonly roles?: readonly Agent["role"][];
}

function CardAside({ thread, api }: AsideProps) {
  return (
    <MaskProvider api={api} conversationId={thread.conversation.id}>
      <TakeoverCard card={currentCard(thread)} />
    </MaskProvider>
  );
}

function TimelineAside({ state, thread }: AsideProps) {
  return <Timeline entries={thread.timeline} names={agentNames(state.me, thread)} />;
}

export const ASIDES: readonly Aside[] = [
  { key: "card", titleKey: "aside.card", icon: IdcardOutlined, View: CardAside },
  { key: "customer", titleKey: "aside.customer", icon: UserOutlined, View: CustomerAside },
  { key: "orders", titleKey: "aside.orders", icon: AuditOutlined, View: OrdersAside },
  { key: "history", titleKey: "aside.history", icon: SwapOutlined, View: HistoryAside },
  { key: "timeline", titleKey: "aside.timeline", icon: HistoryOutlined, View: TimelineAside },
  { key: "supervise", titleKey: "aside.supervise", icon: EyeOutlined, View: Supervise, roles: ["supervisor"] },
];
