/** The pages of the desk: the workplace and what there is room for side by side, the others in one menu. */
import { AppstoreOutlined, CommentOutlined, DownOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";
import { useEffect, useState, type ComponentType } from "react";

import type { Agent } from "../../api/types";
import { useLocale } from "../../locale/locale";
import { pagesOf, type Page } from "../../pages/pages";
import { hasWorkplace } from "../../state/roles";
import styles from "./PagesNav.module.css";

interface Props {
  me: Agent;
  /** null: the workplace. */
  pageKey: string | null;
  onPage: (key: string | null) => void;
  /** For tests; else those of the agent's role. */
  pages?: readonly Pick<Page, "key" | "titleKey" | "icon">[];
}

/** How many pages stand in the bar beside the workplace, by the window's width. */
const ROOM: readonly (readonly [number, number])[] = [
  [1800, 5],
  [1400, 3],
  [0, 1],
];

/** Nothing for whom the workplace is the only page. */
export function PagesNav({ me, pageKey, onPage, pages = pagesOf(me) }: Props) {
  const { t } = useLocale();
  const room = useRoom();
  if (pages.length === 0) return null;
  // One more fits where the menu itself would stand.
  const inBar = pages.length <= room + 1 ? pages : pages.slice(0, room);
  const inMenu = pages.slice(inBar.length);
  const chosen = inMenu.find((page) => page.key === pageKey);
  return (
    <nav className={styles.pages} aria-label={t("pages.title")}>
      {hasWorkplace(me) && (
        <Tab icon={CommentOutlined} title={t("pages.work")} name="work" current={pageKey === null} onPress={() => onPage(null)} />
      )}
      {inBar.map(({ key, titleKey, icon }) => (
        <Tab key={key} icon={icon} title={t(titleKey)} name={key} current={key === pageKey} onPress={() => onPage(key)} />
      ))}
      {inMenu.length > 0 && (
        <Dropdown
          trigger={["click"]}
          menu={{
            selectedKeys: chosen ? [chosen.key] : [],
            items: inMenu.map(({ key, titleKey, icon: Icon }) => ({
              key,
              icon: <Icon />,
              label: <span data-testid={`page-${key}`}>{t(titleKey)}</span>,
            })),
            onClick: ({ key }) => onPage(key),
          }}
        >
          <button type="button" aria-current={chosen ? "page" : undefined} aria-haspopup="menu" data-testid="pages-menu">
            <AppstoreOutlined /> {chosen ? t(chosen.titleKey) : t("pages.more")} <DownOutlined className={styles.arrow} />
          </button>
        </Dropdown>
      )}
    </nav>
  );
}

function Tab(props: { icon: ComponentType; title: string; name: string; current: boolean; onPress: () => void }) {
  const { icon: Icon, title, name, current, onPress } = props;
  return (
    <button type="button" aria-current={current ? "page" : undefined} onClick={onPress} data-testid={`page-${name}`}>
      <Icon /> {title}
    </button>
  );
}

function useRoom(): number {
  const [room, setRoom] = useState(roomNow);
  useEffect(() => {
    const resized = () => setRoom(roomNow());
    window.addEventListener("resize", resized);
    return () => window.removeEventListener("resize", resized);
  }, []);
  return room;
}

function roomNow(): number {
  return ROOM.find(([width]) => window.innerWidth >= width)?.[1] ?? 1;
}
