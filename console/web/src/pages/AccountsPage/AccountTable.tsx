/** The table of accounts with what may be done about each. */
import { KeyOutlined, MobileOutlined } from "@ant-design/icons";
import { Button, Popconfirm, Select, Switch, Table, Tag, Tooltip } from "antd";
import type { ColumnsType } from "antd/es/table";

import type { Account, AccountChange } from "../../api/security";
import { useLocale } from "../../locale/locale";
import { clockTime, dayOf } from "../../locale/when";
import styles from "./AccountsPage.module.css";
import { ROLES } from "./roles";

/** What the table's buttons do. */
interface Desk {
  change: (account: Account, change: Partial<AccountChange>) => Promise<unknown>;
  reset: (id: string) => Promise<unknown>;
  resetTotp: (id: string) => Promise<unknown>;
}

export function AccountTable({ accounts, meId, desk }: { accounts: readonly Account[]; meId: string; desk: Desk }) {
  const { t, word } = useLocale();
  const columns: ColumnsType<Account> = [
    { title: t("accounts.number"), dataIndex: "id", width: 110, render: (id: string) => <b>{id}</b> },
    { title: t("accounts.name"), dataIndex: "name", width: 110 },
    {
      title: t("accounts.role"),
      width: 150,
      render: (_, one) => (
        <Select
          size="small"
          className={styles.role}
          value={one.role}
          disabled={one.id === meId || !one.active}
          aria-label={t("accounts.role")}
          options={ROLES.map((role) => ({ value: role, label: word("role_name", role) }))}
          onChange={(role) => void desk.change(one, { role })}
          data-testid={`account-role-${one.id}`}
        />
      ),
    },
    { title: t("accounts.skills"), render: (_, one) => one.skills.map((skill) => word("skill", skill)).join(t("accounts.and")) || "–" },
    { title: t("accounts.state"), width: 190, render: (_, one) => <State account={one} /> },
    {
      title: t("accounts.totp"),
      width: 110,
      render: (_, one) => (
        <Tooltip title={t("accounts.totp_hint")}>
          <Switch
            size="small"
            checked={one.totp_required}
            disabled={!one.active}
            aria-label={t("accounts.totp")}
            onChange={(totp_required) => void desk.change(one, { totp_required })}
          />
        </Tooltip>
      ),
    },
    { title: t("accounts.seen"), width: 130, render: (_, one) => (one.seen ? `${dayOf(one.seen).slice(5)} ${clockTime(one.seen)}` : "–") },
    { title: "", width: 210, align: "right", render: (_, one) => <Acts account={one} meId={meId} desk={desk} /> },
  ];
  return (
    <Table
      rowKey="id"
      size="small"
      columns={columns}
      dataSource={[...accounts]}
      pagination={accounts.length > 15 ? { pageSize: 15, size: "small" } : false}
      rowClassName={(one) => (one.active ? "" : styles.gone!)}
      onRow={(one) => ({ "data-testid": `account-${one.id}` }) as object}
    />
  );
}

function State({ account }: { account: Account }) {
  const { t } = useLocale();
  if (!account.active) return <Tag>{t("accounts.inactive")}</Tag>;
  return (
    <>
      {account.locked && <Tag color="red">{t("accounts.locked")}</Tag>}
      {account.must_change && <Tag color="gold">{t("accounts.must_change")}</Tag>}
      {account.totp && <Tag color="cyan">{t("accounts.has_totp")}</Tag>}
      {!account.locked && !account.must_change && !account.totp && <Tag color="green">{t("accounts.active")}</Tag>}
    </>
  );
}

function Acts({ account, meId, desk }: { account: Account; meId: string; desk: Desk }) {
  const { t } = useLocale();
  if (!account.active) {
    return (
      <Button size="small" onClick={() => void desk.change(account, { active: true })} data-testid={`account-activate-${account.id}`}>
        {t("accounts.activate")}
      </Button>
    );
  }
  return (
    <span className={styles.acts}>
      <Popconfirm title={t("accounts.reset_ask", { name: account.name })} onConfirm={() => desk.reset(account.id)}>
        <Tooltip title={t("accounts.reset")}>
          <Button size="small" type="text" icon={<KeyOutlined />} aria-label={t("accounts.reset")} data-testid={`account-reset-${account.id}`} />
        </Tooltip>
      </Popconfirm>
      {account.totp && (
        <Popconfirm title={t("accounts.totp_reset_ask", { name: account.name })} onConfirm={() => desk.resetTotp(account.id)}>
          <Tooltip title={t("accounts.totp_reset")}>
            <Button size="small" type="text" icon={<MobileOutlined />} aria-label={t("accounts.totp_reset")} />
          </Tooltip>
        </Popconfirm>
      )}
      <Popconfirm
        title={t("accounts.deactivate_ask", { name: account.name })}
        description={t("accounts.deactivate_hint")}
        disabled={account.id === meId}
        okButtonProps={{ danger: true }}
        onConfirm={() => desk.change(account, { active: false })}
      >
        <Button size="small" danger type="text" disabled={account.id === meId} data-testid={`account-deactivate-${account.id}`}>
          {t("accounts.deactivate")}
        </Button>
      </Popconfirm>
    </span>
  );
}
