/** The tab of matters: work orders with their story, visits, applications. */
import { Skeleton } from "antd";
import { useEffect, useState } from "react";

import type { Application, Order, Visit } from "../../api/panel";
import { useLocale } from "../../locale/locale";
import { refusalText } from "../../panel/refusal";
import { useCustomer } from "./CustomerContext";
import { ActButton, Asked, moment, PartView, Section } from "./parts";
import styles from "./Customer.module.css";
import story from "./Story.module.css";

// Visits and applications are orders of the company too, and have sections of their own here.
const APART = new Set(["appointment", "application", "urge"]);

export function OrdersAside() {
  const { t } = useLocale();
  const { customer } = useCustomer();
  return (
    <Asked>
      {customer && (
        <>
          <Section title={t("panel.orders")} extra={<ActButton act="case" link />}>
            <PartView part={customer.orders}>{(orders) => <Orders orders={orders} />}</PartView>
          </Section>
          <Section title={t("panel.visits")} extra={<ActButton act="book" link />}>
            <PartView part={customer.appointments}>{(visits) => <Visits visits={visits} />}</PartView>
          </Section>
          <Section title={t("panel.applications")}>
            <PartView part={customer.applications}>{(found) => <Applications applications={found} />}</PartView>
          </Section>
        </>
      )}
    </Asked>
  );
}

function Orders({ orders }: { orders: readonly Order[] }) {
  const { t } = useLocale();
  const [past, setPast] = useState(false);
  const shown = orders.filter((order) => !APART.has(order.kind));
  const open = shown.filter((order) => order.open);
  const ended = shown.filter((order) => !order.open);
  return (
    <>
      {shown.length === 0 && <p className={styles.faint}>{t("panel.no_orders")}</p>}
      <ul className={styles.list}>
        {open.map((order) => (
          <OrderItem key={order.order_no} order={order} />
        ))}
      </ul>
      {ended.length > 0 && (
        <button type="button" className={styles.more} aria-expanded={past} onClick={() => setPast(!past)} data-testid="past-orders">
          {past ? "▴" : "▾"} {t("panel.past_orders", { count: ended.length })}
        </button>
      )}
      {past && (
        <ul className={styles.list}>
          {ended.map((order) => (
            <OrderItem key={order.order_no} order={order} />
          ))}
        </ul>
      )}
    </>
  );
}

function OrderItem({ order }: { order: Order }) {
  const { t, word } = useLocale();
  const [told, setTold] = useState(false);
  const late = (order.used_percent ?? 0) >= 80;
  const limit = order.paused ? t("panel.paused") : order.due && t("panel.due", { time: moment(order.due) });
  return (
    <li className={styles.item} data-tone={order.open ? (late ? "danger" : "open") : "past"} data-testid="order">
      <p className={styles.itemHead}>
        <b>{word("order_kind", order.kind)}</b>
        <span>{order.order_no}</span>
        <em>{word("order_status", order.status)}</em>
      </p>
      {(order.type || order.text) && <p className={styles.clip}>{order.text || order.type}</p>}
      <p className={styles.faint}>
        {[
          order.owner && t("panel.owner", { owner: order.owner }),
          order.open && limit,
          order.open && order.used_percent !== null && t("panel.used", { percent: order.used_percent }),
          order.urges > 0 && t("panel.urges", { count: order.urges }),
          !order.open && moment(order.closed ?? order.filed),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <p className={styles.row}>
        {order.open && <ActButton act="urge" link values={{ order_no: order.order_no }} />}
        <button type="button" className={styles.more} aria-expanded={told} onClick={() => setTold(!told)} data-testid="order-story">
          {told ? "▴" : "▾"} {t("panel.timeline")}
        </button>
      </p>
      {told && <Story orderNo={order.order_no} />}
    </li>
  );
}

/** The story of one order, read when it is asked for. */
function Story({ orderNo }: { orderNo: string }) {
  const locale = useLocale();
  const { calls, conversation } = useCustomer();
  const [order, setOrder] = useState<Order | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    calls.order(conversation.id, orderNo).then(setOrder, setFailure);
  }, [calls, conversation.id, orderNo]);
  if (failure !== null) return <p className={styles.trouble}>{refusalText(failure, locale)}</p>;
  if (!order) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  return (
    <>
      {order.fault && <FaultFacts fault={order.fault} />}
      <ol className={story.story} data-testid="story">
        {order.timeline.map((line, index) => (
          <li key={index}>
            <time>{moment(line.at)}</time>
            <b>{locale.word("order_status", line.status) || locale.word("step_what", line.what)}</b>
            <span>{line.note || locale.word("step_by", line.by)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function FaultFacts({ fault }: { fault: NonNullable<Order["fault"]> }) {
  const { t } = useLocale();
  const facts = [
    fault.arrive_by && t("panel.arrive_by", { time: moment(fault.arrive_by) }),
    fault.eta && t("panel.eta", { time: moment(fault.eta) }),
    fault.crew && t("panel.crew", { crew: fault.crew }),
    fault.outage_no,
    fault.address_masked,
  ].filter(Boolean);
  return <p className={styles.faint}>{facts.join(" · ")}</p>;
}

function Visits({ visits }: { visits: readonly Visit[] }) {
  const { t, word } = useLocale();
  if (visits.length === 0) return <p className={styles.faint}>{t("panel.no_visits")}</p>;
  return (
    <ul className={styles.list}>
      {visits.map((visit) => (
        <li key={visit.appointment_no} className={styles.item} data-tone={visit.active ? "open" : "past"} data-testid="visit">
          <p className={styles.itemHead}>
            <b>{visit.business_type}</b>
            <span>{visit.appointment_no}</span>
            <em>{word("order_status", visit.status)}</em>
          </p>
          <p>
            {visit.slot.day} {visit.slot.period} · {t("panel.account", { tail: visit.tail })}
          </p>
          <p className={styles.faint}>
            {visit.active ? t("panel.change_until", { time: moment(visit.change_until) }) : visit.result}
            {visit.active && ` · ${visit.visitor}`}
          </p>
          {visit.active && (
            <p className={styles.row}>
              <ActButton act="move" link values={{ appointment_no: visit.appointment_no }} />
              <ActButton act="cancel" link danger values={{ appointment_no: visit.appointment_no }} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function Applications({ applications }: { applications: readonly Application[] }) {
  const { t } = useLocale();
  if (applications.length === 0) return <p className={styles.faint}>{t("panel.no_applications")}</p>;
  return (
    <ul className={styles.list}>
      {applications.map((one) => (
        <li key={one.application_no} className={styles.item} data-tone={tone(one)} data-testid="application">
          <p className={styles.itemHead}>
            <b>{one.business_type}</b>
            <span>{one.application_no}</span>
            <em>{one.status_name || one.status}</em>
          </p>
          {one.open && one.next_step && <p>{t("panel.next_step", { step: one.next_step })}</p>}
          {one.missing.length > 0 && <p>{t("panel.missing", { papers: one.missing.join(" / ") })}</p>}
          <p className={styles.faint}>{one.open ? <Limit application={one} /> : one.started.slice(0, 10)}</p>
        </li>
      ))}
    </ul>
  );
}

function Limit({ application: { paused, left_workdays: left } }: { application: Application }) {
  const { t } = useLocale();
  if (paused) return <>{t("panel.paused")}</>;
  if (left === null) return null;
  return <>{left < 0 ? t("panel.over_workdays", { days: -left }) : t("panel.left_workdays", { days: left })}</>;
}

function tone({ open, left_workdays: left }: Application): string {
  if (!open) return "past";
  return left !== null && left < 0 ? "danger" : "open";
}
