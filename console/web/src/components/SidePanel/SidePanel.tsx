/** The right column: what an agent looks up about the open conversation, one tab after the other. */
import { IdcardOutlined } from "@ant-design/icons";
import { useState } from "react";

import { ASIDES, type AsideProps } from "../../asides/asides";
import { useLocale } from "../../locale/locale";
import type { Thread } from "../../state/model";
import { ActDialog } from "../ActDialog/ActDialog";
import { CustomerProvider } from "../Customer/CustomerContext";
import { EmptyState } from "../EmptyState/EmptyState";
import styles from "./SidePanel.module.css";

type Props = Omit<AsideProps, "thread"> & { thread: Thread | null };

export function SidePanel({ thread, ...rest }: Props) {
  const { t } = useLocale();
  const [key, setKey] = useState(ASIDES[0]!.key);
  const open = ASIDES.find((aside) => aside.key === key) ?? ASIDES[0]!;
  if (!thread) return <EmptyState icon={<IdcardOutlined />} title={t("card.title")} hint={t("takeover.none")} />;
  const { conversation } = thread;
  return (
    <CustomerProvider key={conversation.id} api={rest.api} me={rest.state.me} conversation={conversation} onActed={rest.onActed}>
      <div className={styles.tabs} role="tablist">
        {ASIDES.map(({ key: one, titleKey, icon: Icon }) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === open.key}
            onClick={() => setKey(one)}
            data-testid={`aside-${one}`}
          >
            <Icon /> {t(titleKey)}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={t(open.titleKey)}>
        <open.View key={thread.conversation.id} thread={thread} {...rest} />
      </div>
      <ActDialog />
    </CustomerProvider>
  );
}
