/** The phrases every agent types all day, from the locale file. */
import { DownOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";

import { fill, useLocale } from "../../locale/locale";
import styles from "./Composer.module.css";

export function CannedReplies({ agentName, onPick }: { agentName: string; onPick: (phrase: string) => void }) {
  const { t, canned } = useLocale();
  const phrases = canned.map((phrase) => fill(phrase, { agent: agentName }));
  const items = phrases.map((phrase, index) => ({
    key: index,
    label: <span className={styles.phrase}>{phrase}</span>,
    onClick: () => onPick(phrase),
  }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="topRight">
      <Button type="text" size="small" className={styles.canned} data-testid="canned">
        {t("composer.canned")} <DownOutlined />
      </Button>
    </Dropdown>
  );
}
