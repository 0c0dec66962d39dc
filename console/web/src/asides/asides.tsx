/** What stands beside an open chat, one tab each; a new tab is a line here and a component of its own. */
import { EyeOutlined, HistoryOutlined, IdcardOutlined } from "@ant-design/icons";
import type { ComponentType } from "react";

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
  { key: "timeline", titleKey: "aside.timeline", icon: HistoryOutlined, View: TimelineAside },
  { key: "supervise", titleKey: "aside.supervise", icon: EyeOutlined, View: Supervise, roles: ["supervisor"] },
];
