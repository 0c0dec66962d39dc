"""Urges (催办): each has its own number under the order; two by one person closer than the gap reach the owner once."""

from __future__ import annotations

from dataclasses import replace

from runtime.postgres import Connection
from utility.actors import Actor
from utility.company import Company
from utility.errors import Clash
from utility.orders import store
from utility.orders.opening import open_order
from utility.orders.rules import check_open
from utility.orders.telling import Said, held, rules_at, write
from utility.orders.values import Draft, Urge, WorkOrder

KIND = "urge"
RECORDED = "recorded"


async def urge(
    connection: Connection, company: Company, order_no: str, actor: Actor, note: str = "", *, risk: bool = False
) -> Urge:
    """Urges an open order: the owner is told, unless the same person urged it within the gap.

    `risk` of public opinion, or an order of such a level, is told at once however soon.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.resolved` (it has its reply; that can be disputed).
    """
    order = await held(connection, order_no)
    check_open(order)
    if order.resolution_code:
        raise Clash("order.resolved", "The order has its reply: it can be confirmed or disputed.", state=order.status)
    channel, _, user = actor.name.partition(":") if actor.kind == "customer" else (actor.kind, "", actor.name)
    now = company.clock.now()
    gap = company.orders.policy.urge_gap
    last = await store.last_urge(connection, order_no, channel, user)
    risky = risk or order.level in rules_at(company, now).risk_levels or bool(order.extra.get("media"))
    dispatched = risky or last is None or now - last.filed_at >= gap
    draft = Draft(
        KIND, order.owner, order.kind, account_no=None, channel=channel, channel_user=user, text=note, filed_at=now
    )
    opened = await open_order(connection, company, replace(draft, parent_no=order_no), actor)
    if not dispatched:
        done = replace(opened, side_state=RECORDED, resolution_code=RECORDED, closed_at=now)
        await write(connection, company, opened, done, Said(actor, RECORDED, note))
    said = Said(actor, "urged", note, {"urge_no": opened.order_no, "dispatched": dispatched})
    await write(connection, company, order, order, said)
    since = now if dispatched or last is None else last.filed_at
    return Urge(opened.order_no, order_no, dispatched, now, since + gap)


async def answer_urges(connection: Connection, company: Company, order_no: str, actor: Actor) -> None:
    """Closes the open urges of an order that has got what they asked for."""
    now = company.clock.now()
    kind = rules_at(company, now).kinds[KIND]
    for opened in await store.subs(connection, order_no, KIND):
        if opened.open:
            done = _answered(opened, kind.final, kind.resolutions[0])
            await write(connection, company, opened, replace(done, closed_at=now), Said(actor, "closed"))


def _answered(opened: WorkOrder, state: str, code: str) -> WorkOrder:
    return replace(opened, state=state, resolution_code=code)
