"""Opens an order: its number, its limits, its clock; a customer has one active order of one matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from runtime.postgres import Connection
from utility.actors import Actor
from utility.company import Company
from utility.errors import Clash, InvalidRequest
from utility.numbers import next_number
from utility.orders import store
from utility.orders.clock import set_clock
from utility.orders.machine import Kind
from utility.orders.telling import Said, rules_at, tell, write
from utility.orders.values import NO_LIMIT, Draft, WorkOrder
from utility.orders.worktime import Limit, due


async def open_order(connection: Connection, company: Company, draft: Draft, actor: Actor) -> WorkOrder:
    """Opens an order; one that stirs public opinion is told to the highest step of supervision at once.

    Raises:
        Clash: `order.already_open` (fields order_no), the same customer's matter is open.
        InvalidRequest: `order.owner`, nobody is answerable; `order.kind`, there is no such kind; `order.state`.
    """
    now = company.clock.now()
    book = rules_at(company, now)
    kind = _kind_of(book.kinds.get(draft.kind), draft)
    order = set_clock(book, company.calendar, await _order_of(connection, company, kind, draft, now), now)
    if not await store.insert(connection, order):
        other = await store.active(
            connection, draft.account_no or f"{draft.channel}:{draft.channel_user}", draft.subject
        )
        raise Clash(
            "order.already_open",
            "The customer has an open order of this matter: it is urged, not filed again.",
            order_no=other.order_no if other else "",
        )
    written = await write(connection, company, None, order, Said(actor, "opened", "", {"owner": order.owner}))
    media = next((step for step in book.ladder if step.media), None)
    return await tell(connection, company, written, media) if media and draft.extra.get("media") else written


def _kind_of(kind: Kind | None, draft: Draft) -> Kind:
    if kind is None:
        raise InvalidRequest("order.kind", "kind", "There is no such kind of order.")
    if not draft.owner.strip():
        raise InvalidRequest("order.owner", "owner", "Somebody has to be answerable for the order.")
    if draft.state and draft.state not in kind.moves:
        raise InvalidRequest("order.state", "state", f"An order of this kind is never {draft.state}.")
    if draft.side_state and not (draft.side_state in kind.side_states and kind.side_states[draft.side_state].follows):
        raise InvalidRequest(
            "order.state", "side_state", f"An order of this kind does not begin as {draft.side_state}."
        )
    return kind


async def _order_of(connection: Connection, company: Company, kind: Kind, draft: Draft, now: datetime) -> WorkOrder:
    filed = draft.filed_at or now
    if draft.area_id and not draft.region_id:
        draft = replace(draft, region_id=await store.region_of(connection, draft.area_id))
    return new_order(
        await _number(connection, company, kind, draft, now),
        kind,
        draft,
        filed,
        limit=_limit(company, kind, draft, filed),
        contact_by=_contact_by(company, kind, filed),
    )


def new_order(
    order_no: str, kind: Kind, draft: Draft, filed: datetime, *, limit: Limit | None, contact_by: datetime | None
) -> WorkOrder:
    """Builds an order from a draft, its clock not yet set."""
    return WorkOrder(
        order_no=order_no,
        kind=kind.name,
        type=draft.type,
        subject=draft.subject,
        account_no=draft.account_no,
        channel=draft.channel,
        channel_user=draft.channel_user,
        contact_phone=draft.contact_phone,
        region_id=draft.region_id,
        area_id=draft.area_id,
        level=draft.level,
        secrecy=draft.secrecy,
        text=draft.text,
        parent_no=draft.parent_no,
        state=draft.state or kind.first,
        side_state=draft.side_state or None,
        owner=draft.owner,
        offered_to=None,
        filed_at=filed,
        limit_name=limit.name if limit else "",
        limit_value=limit.value if limit else None,
        limit_unit=limit.unit if limit else "",
        contact_by=contact_by,
        callback_declined=draft.callback_declined,
        extra=dict(draft.extra),
    )


async def _number(connection: Connection, company: Company, kind: Kind, draft: Draft, now: datetime) -> str:
    if draft.order_no:
        return draft.order_no
    if draft.sub and draft.parent_no:
        await store.hold(connection, draft.parent_no)
        return f"{draft.parent_no}-{await store.count_subs(connection, draft.parent_no, kind.name) + 1:02d}"
    letter = company.orders.policy.letters.get(kind.number, kind.letter)
    return await next_number(connection, letter, now.date())


def _limit(company: Company, kind: Kind, draft: Draft, filed: datetime) -> Limit | None:
    if draft.limit is not None:
        return draft.limit
    name = draft.limit_name or kind.limit
    return company.standard(name, filed.date()) if name and name != NO_LIMIT else None


def _contact_by(company: Company, kind: Kind, filed: datetime) -> datetime | None:
    return due(company.calendar, company.standard(kind.contact, filed.date()), filed) if kind.contact else None
