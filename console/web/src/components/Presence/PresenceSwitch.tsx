/** Whether the agent is ready for more; who has closed the desk is offline by itself. */
import { DownOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";

import { CHOICES, type Status } from "../../api/offers";
import { useLocale } from "../../locale/locale";
import { PresenceDot } from "./PresenceDot";
import styles from "./PresenceSwitch.module.css";

export function PresenceSwitch({ status, onChoose }: { status: Status; onChoose: (status: Status) => void }) {
  const { t } = useLocale();
  const items = CHOICES.map((key) => ({
    key,
    label: (
      <span className={styles.choice} data-testid={`presence-${key}`}>
        <PresenceDot status={key} />
        {t(`presence.${key}`)}
        <small>{t(`presence.${key}_hint`)}</small>
      </span>
    ),
    onClick: () => onChoose(key),
  }));
  return (
    <Dropdown menu={{ items, selectedKeys: [status] }} trigger={["click"]} placement="bottomRight">
      <button type="button" className={styles.switch} aria-label={`${t("presence.title")}: ${t(`presence.${status}`)}`} data-testid="presence" data-status={status}>
        <PresenceDot status={status} />
        {t(`presence.${status}`)}
        <DownOutlined className={styles.arrow} />
      </button>
    </Dropdown>
  );
}
