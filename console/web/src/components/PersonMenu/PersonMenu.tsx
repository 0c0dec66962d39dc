/** Who works here, and how the desk looks for them. */
import { BgColorsOutlined, ColumnHeightOutlined, DownOutlined, LogoutOutlined, QuestionCircleOutlined, SafetyOutlined, TranslationOutlined } from "@ant-design/icons";
import { Dropdown, type MenuProps } from "antd";

import { useAppearance, type Appearance, type Density, type Theme } from "../../appearance/appearance";
import { useLocale, type Locale } from "../../locale/locale";
import type { DeskState } from "../../state/model";
import { serves } from "../../state/roles";
import styles from "./PersonMenu.module.css";

interface Props {
  state: DeskState;
  onHelp: () => void;
  onSecurity: () => void;
  onLogout: () => void;
}

const THEMES: readonly Theme[] = ["system", "light", "dark"];
const DENSITIES: readonly Density[] = ["roomy", "tight"];

export function PersonMenu({ state, onHelp, onSecurity, onLogout }: Props) {
  const locale = useLocale();
  const { t, word } = locale;
  const appearance = useAppearance();
  const { me, mine } = state;
  const load = (mine ?? []).filter((one) => one.owner === "agent").length;
  return (
    <Dropdown menu={menuOf(locale, appearance, { onHelp, onSecurity, onLogout })} trigger={["click"]} placement="bottomRight">
      <button type="button" className={styles.person} data-testid="person-menu" aria-haspopup="menu">
        <span className={styles.avatar} aria-hidden>
          {me.name.slice(0, 1)}
        </span>
        <span className={styles.who}>
          <b>{me.name}</b>
          <small>
            {word("role_name", me.role)} {me.id}
            {serves(me) && ` · ${t("top.load")} ${load}/${me.max_chats}`}
          </small>
        </span>
        <DownOutlined className={styles.arrow} aria-hidden />
      </button>
    </Dropdown>
  );
}

function menuOf(locale: Locale, appearance: Appearance, acts: Omit<Props, "state">): MenuProps {
  const { t, switchLanguage } = locale;
  const { theme, density, setTheme, setDensity } = appearance;
  const choice = (key: string, onClick: () => void) => ({
    key,
    label: <span data-testid={key.replace(":", "-")}>{t(key.replace(":", "."))}</span>,
    onClick,
  });
  return {
    selectedKeys: [`theme:${theme}`, `density:${density}`],
    items: [
      {
        type: "group",
        label: (
          <>
            <BgColorsOutlined /> {t("theme.title")}
          </>
        ),
        children: THEMES.map((one) => choice(`theme:${one}`, () => setTheme(one))),
      },
      {
        type: "group",
        label: (
          <>
            <ColumnHeightOutlined /> {t("density.title")}
          </>
        ),
        children: DENSITIES.map((one) => choice(`density:${one}`, () => setDensity(one))),
      },
      { type: "divider" },
      { key: "help", icon: <QuestionCircleOutlined />, label: t("help.title"), onClick: acts.onHelp },
      { key: "security", icon: <SafetyOutlined />, label: <span data-testid="security">{t("security.title")}</span>, onClick: acts.onSecurity },
      { key: "language", icon: <TranslationOutlined />, label: t("top.language"), onClick: switchLanguage },
      { key: "logout", icon: <LogoutOutlined />, label: <span data-testid="logout">{t("top.logout")}</span>, onClick: acts.onLogout },
    ],
  };
}
