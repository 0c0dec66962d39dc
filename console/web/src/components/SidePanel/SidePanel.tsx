/** The right column: what an agent looks up about the open conversation, one tab after the other. */
import { IdcardOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useRef, useState, type KeyboardEvent } from "react";

import { ASIDES, type Aside, type AsideProps } from "../../asides/asides";
import { useCommand } from "../../commands/commands";
import { useLocale } from "../../locale/locale";
import type { Thread } from "../../state/model";
import { ActDialog } from "../ActDialog/ActDialog";
import { CustomerProvider } from "../Customer/CustomerContext";
import { EmptyState } from "../EmptyState/EmptyState";
import styles from "./SidePanel.module.css";

type Props = Omit<AsideProps, "thread"> & { thread: Thread | null; asides?: readonly Aside[] };

const KEPT = "gridtalk.desk.aside";
/** With more tabs than these only the open one has room for its name. */
const MOST_NAMED = 3;

export function SidePanel({ thread, asides: all = ASIDES, ...rest }: Props) {
  const { t } = useLocale();
  const { role } = rest.state.me;
  const asides = all.filter(({ roles }) => !roles || roles.includes(role));
  const [key, setKey] = useState(() => localStorage.getItem(KEPT) ?? "");
  const open = asides.find((aside) => aside.key === key) ?? asides[0]!;
  const choose = (next: string) => {
    localStorage.setItem(KEPT, next);
    setKey(next);
  };
  const next = asides[(asides.indexOf(open) + 1) % asides.length]!;
  useCommand(thread && { id: "aside.next", titleKey: "command.next_aside", group: "view", keys: "Alt+Period", run: () => choose(next.key) });
  if (!thread) return <EmptyState icon={<IdcardOutlined />} title={t("card.title")} hint={t("takeover.none")} />;
  const { conversation } = thread;
  return (
    <CustomerProvider key={conversation.id} api={rest.api} me={rest.state.me} conversation={conversation} onActed={rest.onActed}>
      <Tabs asides={asides} open={open} onChoose={choose} />
      <div role="tabpanel" id="aside-panel" aria-labelledby={`aside-tab-${open.key}`}>
        <open.View key={thread.conversation.id} thread={thread} {...rest} />
      </div>
      <ActDialog />
    </CustomerProvider>
  );
}

function Tabs({ asides, open, onChoose }: { asides: readonly Aside[]; open: Aside; onChoose: (key: string) => void }) {
  const { t } = useLocale();
  const bar = useRef<HTMLDivElement>(null);
  const crowded = asides.length > MOST_NAMED;
  const whenKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = (asides.indexOf(open) + step + asides.length) % asides.length;
    onChoose(asides[at]!.key);
    bar.current?.querySelectorAll("button")[at]?.focus();
  };
  return (
    <div className={styles.tabs} role="tablist" aria-label={t("aside.title")} ref={bar} onKeyDown={whenKey}>
      {asides.map(({ key, titleKey, icon: Icon }) => {
        const selected = key === open.key;
        return (
          <Tooltip key={key} title={crowded && !selected ? t(titleKey) : ""}>
            <button
              type="button"
              role="tab"
              id={`aside-tab-${key}`}
              aria-selected={selected}
              aria-controls={selected ? "aside-panel" : undefined}
              aria-label={t(titleKey)}
              tabIndex={selected ? 0 : -1}
              onClick={() => onChoose(key)}
              data-testid={`aside-${key}`}
            >
              <Icon /> {(!crowded || selected) && <span>{t(titleKey)}</span>}
            </button>
          </Tooltip>
        );
      })}
    </div>
  );
}
