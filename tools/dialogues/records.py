"""What the books hold, as records of the format: its kinds and field names, read from the tables we keep.

Field names are those of utility/seed/README.md ("Fields"). A table that the company does not keep yet has no rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from runtime.clock import SHANGHAI
from tools.dialogues.case import CaseError
from tools.dialogues.database import Database

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """Where the records of a kind stand: whose database, which table must be there, the query, the key among fields."""

    table: str
    query: str
    key: str
    ours: bool = False


_FAULT_ORDERS = """
    select o.order_no, o.account_no, coalesce(o.side_state, o.state) as status, o.level as severity, f.scope, f.symptom,
        f.neighbor_power, f.breaker_state, f.danger_sign, f.needs, o.channel, o.filed_at as reported, g.outage_no,
        o.parent_no, f.crew, f.arrive_by, f.eta, o.callback_by, o.resolution_code as resolution,
        o.confirmed as confirmed_by_customer, o.area_id, o.contact_phone as phone, f.address, f.building,
        o.text as note, o.text,
        (select count(*) from work_orders u where u.kind = 'urge' and u.parent_no = o.order_no) as urges
    from fault_orders f join work_orders o using (order_no) left join fault_groups g on g.group_id = f.group_id
    order by order_no
"""
_CASES = """
    select o.order_no as case_no, upper(o.kind) as category, o.type, o.level, o.account_no,
        coalesce(o.side_state, o.state) as status, o.owner, o.filed_at as filed, o.contacted_at as contacted,
        case when o.limit_unit = 'workday' then o.limit_value::int end as limit_workdays, o.due_at as due,
        (select count(*) from work_orders u where u.kind = 'urge' and u.parent_no = o.order_no) as urges,
        o.secrecy, o.closed_at as closed, o.resolution_code as resolution, o.text, o.contact_phone, o.channel, o.area_id
    from work_orders o where o.kind in ('complaint', 'report', 'opinion', 'praise', 'request')
    union all
    select o.order_no, 'REQUEST', '用电异常核实/电器损坏核损', o.level, o.account_no, coalesce(o.side_state, o.state),
        o.owner, o.filed_at, o.contacted_at, null, c.visit_by,
        (select count(*) from work_orders u where u.kind = 'urge' and u.parent_no = o.order_no),
        o.secrecy, o.closed_at, o.resolution_code, o.text, o.contact_phone, o.channel, o.area_id
    from appliance_claims c join work_orders o on o.order_no = c.claim_no
    union all
    select correction_no, 'REQUEST', '用电异常核实/交费差错更正', '', from_account, state,
        requested_by, requested_at, null, null, due_on, 0, '', closed_at, '', payment_no, '', '', null
    from corrections k where not exists (
        select from work_orders o where o.kind = 'request' and o.type like '%交费差错更正'
            and o.account_no in (k.from_account, k.to_account) and o.filed_at >= k.requested_at - interval '1 hour')
    union all
    select reconnect_no, 'REQUEST', '用电服务需求/欠费复电登记', '', account_no, state,
        requested_by, requested_at, null, null, due_at, 0, '', done_at, '', kind, '', '', null
    from reconnects r where not exists (
        select from work_orders o where o.kind = 'request' and o.type like '%欠费复电登记'
            and o.account_no = r.account_no and o.filed_at >= r.requested_at - interval '1 hour')
    order by 1
"""
_APPOINTMENTS = """
    select a.appointment_no, a.account_no, a.business_type, s.region_id as region,
        case when extract(hour from s.starts_at at time zone 'Asia/Shanghai') < 12
            then '上午' else '下午' end as period,
        s.starts_at as slot, s.day as date, coalesce(o.side_state, o.state) as status, o.contact_phone, a.change_until,
        a.result
    from appointments a join work_orders o on o.order_no = a.appointment_no join appointment_slots s using (slot_id)
    order by appointment_no
"""
_APPLICATIONS = """
    select a.application_no, a.business_type, o.account_no, coalesce(o.side_state, o.state) as status,
        o.filed_at as accepted, case when o.limit_unit = 'workday' then o.limit_value::int end as limit_workdays,
        (o.due_at at time zone 'Asia/Shanghai')::date as due, a.manager, o.text as note, o.contact_phone, a.type_code,
        array(select text from application_asks k
            where k.application_no = a.application_no and k.settled_at is null) as missing
    from applications a join work_orders o on o.order_no = a.application_no order by application_no
"""
_SUBSCRIPTIONS = """
    select account_no, notice_type, channel, enabled,
        case when notice_type = '余额提醒' then warning_limit end as threshold,
        account_no || '/' || notice_type || '/' || channel as number
    from subscriptions left join supply_settings using (account_no) order by number
"""
_PAYMENT_LINKS = """
    select payment_order_no, account_no, amount, purpose, period, state as status
    from payment_orders where purpose <> 'mandate' order by payment_order_no
"""
_URGES = """
    select order_no as urge_no, parent_no as target_no, side_state is distinct from 'recorded' as dispatched,
        text as note, filed_at as at from work_orders where kind = 'urge' order by order_no
"""
_INVOICES = """
    select invoice_no, account_no, period, title, state as status, amount, tax_no,
        case kind when 'electronic' then '电子普票' when 'special' then '增值税专票' else kind end as kind
    from invoices order by invoice_no
"""
_CALLBACKS = """
    select callback_no, account_no, phone, reason, state as status, asked_at from callbacks order by callback_no
"""
_ATTACHMENTS = """
    select order_no as record, order_no || '/' || media_id as number, media_id, name, mime, size, note, at
    from order_attachments order by number
"""
_HANDOFFS = """
    select escalation_id, conversation_id, skill, priority, reason, state as status, summary
    from escalations order by escalation_id
"""
SOURCES: Mapping[str, Source] = {
    "fault_order": Source("fault_orders", _FAULT_ORDERS, "order_no"),
    "case": Source("work_orders", _CASES, "case_no"),
    "appointment": Source("appointments", _APPOINTMENTS, "appointment_no"),
    "application": Source("applications", _APPLICATIONS, "application_no"),
    "subscription": Source("subscriptions", _SUBSCRIPTIONS, "number"),
    "payment_link": Source("payment_orders", _PAYMENT_LINKS, "payment_order_no"),
    "urge": Source("work_orders", _URGES, "urge_no"),
    "invoice": Source("invoices", _INVOICES, "invoice_no"),
    "callback": Source("callbacks", _CALLBACKS, "callback_no"),
    "attachment": Source("order_attachments", _ATTACHMENTS, "number"),
    "handoff": Source("escalations", _HANDOFFS, "escalation_id", ours=True),
}
COMPLAINT = "complaint"
KINDS = (*SOURCES, COMPLAINT)


class Records:
    """The records of both databases."""

    def __init__(self, ours: Database, utility: Database) -> None:
        self._ours, self._utility = ours, utility

    def of(self, kind: str) -> dict[str, Record]:
        """Reads the records of a kind by their keys; a complaint is a case of that category.

        Raises:
            CaseError: the format knows no such kind.
        """
        if kind == COMPLAINT:
            return {key: record for key, record in self.of("case").items() if record["category"] == "COMPLAINT"}
        source = SOURCES.get(kind)
        if source is None:
            raise CaseError(f"the format knows no record kind {kind}; there are {', '.join(KINDS)}")
        database = self._ours if source.ours else self._utility
        if not database.has(source.table):
            return {}
        rows = database.read(source.query)
        return {str(row[source.key]): {name: _shown(value) for name, value in row.items()} for row in rows}


def _shown(value: Any) -> Any:
    """Writes a value as the demo city's file does: times in the city's zone, days, figures as text."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value
