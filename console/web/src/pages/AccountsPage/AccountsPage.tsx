/** Accounts of the desk: who works here, as what, and what a role may do; codes are shown once and never again. */
import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { Alert, App as Antd, Button, Input, Modal } from "antd";
import { useCallback, useEffect, useState } from "react";

import { errorKey } from "../../api/errors";
import {
  changeAccount,
  createAccount,
  listAccounts,
  resetPassword,
  resetTotp,
  type Account,
  type AccountChange,
  type AccountList,
  type NewAccount,
} from "../../api/security";
import { useConfirmed } from "../../components/Confirm/useConfirmed";
import { useLocale } from "../../locale/locale";
import type { PageProps } from "../pages";
import { AccountForm } from "./AccountForm";
import { AccountTable } from "./AccountTable";
import { RightsTable } from "./RightsTable";
import styles from "./AccountsPage.module.css";

export function AccountsPage({ api, me }: PageProps) {
  const { t } = useLocale();
  const desk = useAccounts(api);
  const [search, setSearch] = useState("");
  const [creating, setCreating] = useState(false);
  const wanted = search.trim().toLowerCase();
  const shown = desk.list.accounts.filter((one) => `${one.id} ${one.name}`.toLowerCase().includes(wanted));
  return (
    <section className={styles.page} data-testid="accounts-page">
      <header className={styles.head}>
        <h2>{t("accounts.title")}</h2>
        <Input
          className={styles.search}
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t("accounts.search")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)} data-testid="account-new">
          {t("accounts.new")}
        </Button>
      </header>
      {desk.failureKey && <Alert type="error" showIcon message={t(desk.failureKey)} />}
      <AccountTable accounts={shown} meId={me.id} desk={desk} />
      <RightsTable rights={desk.list.rights} />
      <AccountForm
        open={creating}
        onCancel={() => setCreating(false)}
        onCreate={async (account) => {
          await desk.create(account);
          setCreating(false);
        }}
      />
      <CodeModal code={desk.code} onClose={desk.forgetCode} />
      {desk.dialog}
    </section>
  );
}

function useAccounts(api: PageProps["api"]) {
  const { t } = useLocale();
  const { message } = Antd.useApp();
  const { run, dialog } = useConfirmed(api);
  const [list, setList] = useState<AccountList>({ accounts: [], rights: {} });
  const [failureKey, setFailureKey] = useState<string | null>(null);
  const [code, setCode] = useState<{ id: string; code: string } | null>(null);
  const read = useCallback(
    () =>
      listAccounts(api).then(
        (answer) => {
          setList(answer);
          setFailureKey(null);
        },
        (error: unknown) => setFailureKey(errorKey(error)),
      ),
    [api],
  );
  useEffect(() => void read(), [read]);
  const tell = (work: Promise<unknown>) =>
    work.catch((error: unknown) => void message.error(t(errorKey(error)))).then(() => read());
  return {
    list,
    failureKey,
    code,
    dialog,
    forgetCode: () => setCode(null),
    create: async (account: NewAccount) => {
      const made = await run(() => createAccount(api, account));
      setCode({ id: account.agent_id, code: made.code });
      await read();
    },
    change: (account: Account, change: Partial<AccountChange>) => {
      const { name, role, active, totp_required } = { ...account, ...change };
      return tell(
        run(() => changeAccount(api, account.id, { name, role, active, totp_required })).then(({ requeued }) => {
          void message.success(requeued > 0 ? t("accounts.requeued", { count: requeued }) : t("accounts.saved"));
        }),
      );
    },
    reset: (id: string) => tell(run(() => resetPassword(api, id)).then((made) => setCode({ id, code: made.code }))),
    resetTotp: (id: string) => tell(run(() => resetTotp(api, id)).then(() => void message.success(t("accounts.saved")))),
  };
}

function CodeModal({ code, onClose }: { code: { id: string; code: string } | null; onClose: () => void }) {
  const { t } = useLocale();
  return (
    <Modal
      open={code !== null}
      title={t("accounts.code_title", { id: code?.id ?? "" })}
      footer={
        <Button type="primary" onClick={onClose} data-testid="account-code-close">
          {t("accounts.code_kept")}
        </Button>
      }
      onCancel={onClose}
      width={420}
    >
      <p>{t("accounts.code_lead")}</p>
      <p className={styles.code} data-testid="account-code">
        {code?.code}
      </p>
    </Modal>
  );
}
