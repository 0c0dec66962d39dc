/** The tab of the customer: their accounts, what they owe, a year of bills, outages, and what can be done for them. */
import {
  CalendarOutlined,
  FileAddOutlined,
  HomeOutlined,
  LinkOutlined,
  PayCircleOutlined,
  ThunderboltOutlined,
  ToolOutlined,
} from "@ant-design/icons";
import { Skeleton } from "antd";
import { lazy, Suspense, useState } from "react";

import type { AccountFolder, Bill, Money, Outage } from "../../api/panel";
import { useLocale } from "../../locale/locale";
import type { Values } from "../../panel/forms";
import { EmptyState } from "../EmptyState/EmptyState";
import { useCustomer } from "./CustomerContext";
import { ActButton, Asked, moment, PartView, Section } from "./parts";
import styles from "./Customer.module.css";

// The charts weigh more than the rest of the desk: they come when the first bill is looked at.
const BillChart = lazy(() => import("./BillChart"));

export function CustomerAside() {
  const { customer } = useCustomer();
  return (
    <Asked>
      {customer && (
        <>
          {!customer.accounts.value?.length && <Acts />}
          <PartView part={customer.accounts}>{(accounts) => <Accounts accounts={accounts} />}</PartView>
        </>
      )}
    </Asked>
  );
}

function Accounts({ accounts }: { accounts: readonly AccountFolder[] }) {
  const { t } = useLocale();
  const { customer } = useCustomer();
  const [chosen, setChosen] = useState("");
  const account = accounts.find((one) => one.ref === chosen) ?? accounts[0];
  if (!account) return <EmptyState icon={<HomeOutlined />} title={t("panel.no_accounts")} hint={t("panel.no_accounts_hint")} />;
  const more = customer?.named.length ?? 0;
  return (
    <>
      {accounts.length > 1 && (
        <div className={styles.accounts} role="radiogroup" aria-label={t("field.account")}>
          {accounts.map((one) => (
            <button
              key={one.ref}
              type="button"
              role="radio"
              aria-checked={one.ref === account.ref}
              onClick={() => setChosen(one.ref)}
              data-testid="account-choice"
            >
              {t("panel.account", { tail: one.tail })}
              <Dot account={one} />
            </button>
          ))}
          {more > 0 && <span className={styles.faint}>{t("panel.named", { count: more })}</span>}
        </div>
      )}
      <AccountView key={account.ref} account={account} />
    </>
  );
}

/** A red dot where something is owed or dark. */
function Dot({ account }: { account: AccountFolder }) {
  const owes = Number(account.money.value?.owed ?? 0) > 0;
  const dark = account.outages.value?.some((outage) => outage.running);
  return owes || dark ? <i className={styles.dot} /> : null;
}

function AccountView({ account }: { account: AccountFolder }) {
  const { t, word } = useLocale();
  const cut = account.supply.value?.status === "cut_off" || account.status === "cut_off";
  return (
    <>
      <header className={styles.account} data-testid="account">
        <b>
          {account.name_masked} · {t("panel.account", { tail: account.tail })}
        </b>
        <span>{account.address_masked}</span>
        <p className={styles.tags}>
          <em data-tone={cut ? "danger" : "ok"}>{cut ? t("panel.cut_off") : word("account_status", account.status)}</em>
          <em>{word("billing", account.billing)}</em>
          {account.tags.map((tag) => (
            <em key={tag} data-tone="warn">
              {tag}
            </em>
          ))}
          <span className={styles.faint}>{account.phone_masked}</span>
        </p>
      </header>
      <Acts account={account} />
      <Section title={t("panel.money")}>
        <PartView part={account.money}>{(money) => <MoneyView money={money} />}</PartView>
      </Section>
      <Section title={t("panel.outages")}>
        <PartView part={account.outages}>{(outages) => <Outages outages={outages} account={account} />}</PartView>
      </Section>
      <Section title={t("panel.bills")}>
        <PartView part={account.bills}>{(bills) => <Bills bills={bills} />}</PartView>
      </Section>
    </>
  );
}

function MoneyView({ money }: { money: Money }) {
  const { t } = useLocale();
  const owes = Number(money.owed) > 0;
  return (
    <>
      <dl className={styles.figures}>
        <Figure label={t("panel.owed")} value={owes ? money.payable : money.owed} tone={owes ? "danger" : "ok"} />
        <Figure label={t("panel.balance")} value={money.balance} />
        {Number(money.overdue) > 0 && <Figure label={t("panel.overdue")} value={money.overdue} tone="danger" />}
        {Number(money.damages) > 0 && <Figure label={t("panel.damages")} value={money.damages} />}
      </dl>
      {!owes && <p className={styles.faint}>{t("panel.settled")}</p>}
      {money.days_left !== null && <p className={styles.faint}>{t("panel.days_left", { days: money.days_left })}</p>}
    </>
  );
}

function Figure({ label, value, tone }: { label: string; value: string; tone?: string }) {
  return (
    <div data-tone={tone}>
      <dt>{label}</dt>
      <dd>¥{value}</dd>
    </div>
  );
}

function Outages({ outages, account }: { outages: readonly Outage[]; account: AccountFolder }) {
  const { t } = useLocale();
  if (outages.length === 0) return <p className={styles.faint}>{t("panel.no_outages")}</p>;
  return (
    <ul className={styles.list}>
      {outages.map((outage) => (
        <OutageItem key={outage.outage_no} outage={outage} account={account} />
      ))}
    </ul>
  );
}

function OutageItem({ outage, account }: { outage: Outage; account: AccountFolder }) {
  const { t, word } = useLocale();
  const eta = outage.eta ? t("panel.eta", { time: moment(outage.eta) }) : t("panel.eta_none");
  const planned = `${moment(outage.planned_from)} – ${moment(outage.planned_to)}`;
  return (
    <li className={styles.item} data-tone={outage.running ? "danger" : "plan"} data-testid="outage">
      <p className={styles.itemHead}>
        <b>{t(outage.running ? "panel.outage_running" : "panel.outage_planned")}</b>
        <span>{outage.outage_no}</span>
        <em>{word("outage_status", outage.status)}</em>
      </p>
      <p>{outage.running ? eta : planned}</p>
      <p className={styles.faint}>
        {outage.cause}
        {outage.eta_said_at && ` · ${t("panel.said_at", { time: moment(outage.eta_said_at) })}`}
        {outage.next_update_overdue && ` · ${t("panel.overdue_word")}`}
      </p>
      {outage.running && <ActButton act="outage" link values={{ account: account.ref, outage_no: outage.outage_no }} />}
    </li>
  );
}

function Bills({ bills }: { bills: readonly Bill[] }) {
  const { t, word } = useLocale();
  const [all, setAll] = useState(false);
  if (bills.length === 0) return <p className={styles.faint}>{t("panel.no_bills")}</p>;
  return (
    <>
      <Suspense fallback={<Skeleton.Node active className={styles.chart} />}>
        <BillChart bills={bills} />
      </Suspense>
      <table className={styles.bills}>
        <tbody>
          {bills.slice(0, all ? bills.length : 3).map((bill) => (
            <tr key={bill.period}>
              <th scope="row">{bill.period}</th>
              <td>{t("panel.kwh", { kwh: bill.kwh })}</td>
              <td>¥{bill.total}</td>
              <td data-status={bill.status}>{word("bill_status", bill.status)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {bills.length > 3 && (
        <button type="button" className={styles.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "▴" : "▾"} {t("panel.all_bills", { count: bills.length })}
        </button>
      )}
    </>
  );
}

/** What can be done, the account at hand filled in. */
function Acts({ account }: { account?: AccountFolder }) {
  const { t } = useLocale();
  const { mayAct } = useCustomer();
  const here: Values = account ? { account: account.ref } : {};
  const owes = Number(account?.money.value?.owed ?? 0) > 0;
  return (
    <section aria-label={t("panel.acts")}>
      <p className={styles.acts}>
        <ActButton act="payment_link" icon={<PayCircleOutlined />} values={{ ...here, purpose: owes ? "all_due" : "top_up" }} />
        <ActButton act="fault" icon={<ToolOutlined />} values={here} />
        <ActButton act="case" icon={<FileAddOutlined />} values={here} />
        <ActButton act="urge" icon={<ThunderboltOutlined />} />
        <ActButton act="book" icon={<CalendarOutlined />} values={here} />
        <ActButton act="bind" icon={<LinkOutlined />} />
      </p>
      {!mayAct && <p className={styles.faint}>{t("panel.not_mine")}</p>}
    </section>
  );
}
