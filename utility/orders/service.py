"""Work orders of every kind: what may be done to one, in the caller's transaction.

Each call holds the order's row, asks rules.py, writes the order and one line of its timeline, and emits an event.
Opening, transfers, urging and reading have modules of their own; this one names them all.
"""

from __future__ import annotations

from dataclasses import replace

from runtime.postgres import Connection
from utility.actors import Actor, system
from utility.company import Company
from utility.errors import Clash, Forbidden, InvalidRequest
from utility.orders import rules, store
from utility.orders.opening import open_order
from utility.orders.reading import changes_of, order, orders_of
from utility.orders.telling import Said, held, held_by_staff, rules_at, tell, write
from utility.orders.transfers import accept, decline, offer
from utility.orders.trying import tried
from utility.orders.urging import answer_urges, urge
from utility.orders.values import Resolution, Try, WorkOrder
from utility.orders.worktime import due

__all__ = [
    "accept", "advance", "changes_of", "close", "confirm", "contacted", "decline", "followers", "offer", "open_order",
    "order", "orders_of", "rate", "record_try", "remark", "reopen", "resolve", "resume", "suspend", "urge",
]  # fmt: skip


async def advance(
    connection: Connection, company: Company, order_no: str, to: str, actor: Actor, note: str = "", **data: object
) -> WorkOrder:
    """Moves the work on; `data` is kept with the line of the timeline.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.suspended`, `order.move` with the moves that are allowed.
        Forbidden: `order.actor`.
    """
    old = await held(connection, order_no)
    now = company.clock.now()
    new = rules.advance(rules_at(company, now), company.calendar, old, to, actor, now)
    return await write(connection, company, old, new, Said(actor, "advanced", note, data))


async def suspend(
    connection: Connection, company: Company, order_no: str, side_state: str, actor: Actor, note: str = ""
) -> WorkOrder:
    """Puts an order into a side state; one that ends the order closes it.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.suspended`, `order.side_state`.
        Forbidden: `order.actor`.
    """
    old = await held(connection, order_no)
    now = company.clock.now()
    new = rules.suspend(rules_at(company, now), company.calendar, old, side_state, actor, now)
    what = "suspended" if new.open else "ended"
    if not new.open:
        await answer_urges(connection, company, order_no, system("orders"))
    return await write(connection, company, old, new, Said(actor, what, note))


async def resume(connection: Connection, company: Company, order_no: str, actor: Actor, note: str = "") -> WorkOrder:
    """Lets a suspended order go on.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.not_suspended`.
        Forbidden: `order.actor`.
    """
    old = await held_by_staff(connection, order_no, actor)
    now = company.clock.now()
    new = rules.resume(rules_at(company, now), company.calendar, old, now)
    return await write(connection, company, old, new, Said(actor, "resumed", note))


async def contacted(connection: Connection, company: Company, order_no: str, actor: Actor, note: str) -> WorkOrder:
    """Notes that somebody has spoken with the customer; the first time counts for the limit of contact.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`.
        Forbidden: `order.actor`.
    """
    old = await held_by_staff(connection, order_no, actor)
    rules.check_open(old)
    new = replace(old, contacted_at=old.contacted_at or company.clock.now())
    return await write(connection, company, old, new, Said(actor, "contacted", note))


async def remark(connection: Connection, company: Company, order_no: str, actor: Actor, note: str) -> WorkOrder:
    """Adds what was learnt to the timeline; nothing else changes.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`.
    """
    old = await held(connection, order_no)
    rules.check_open(old)
    return await write(connection, company, old, old, Said(actor, "remarked", note))


async def resolve(
    connection: Connection, company: Company, order_no: str, resolution: Resolution, actor: Actor
) -> WorkOrder:
    """Writes the reply, also of the orders that follow this one; urges of it are answered.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.suspended`, `order.move`, `order.reply_incomplete` with what is missing.
        InvalidRequest: `order.resolution`.
        Forbidden: `order.actor`.
    """
    old = await held_by_staff(connection, order_no, actor)
    replied = await _reply(connection, company, old, resolution, actor)
    for follower in await followers(connection, company, order_no):
        await _reply(connection, company, follower, resolution, actor)
    await answer_urges(connection, company, order_no, actor)
    return replied


async def followers(connection: Connection, company: Company, order_no: str) -> list[WorkOrder]:
    """Lists the open sub-orders that follow this order, and holds them."""
    kinds = rules_at(company, company.clock.now()).kinds
    main = await held(connection, order_no)
    follow = {side.name for side in kinds[main.kind].side_states.values() if side.follows}
    found = await store.subs(connection, order_no, main.kind)
    return [sub for sub in found if sub.open and sub.side_state in follow]


async def confirm(
    connection: Connection, company: Company, order_no: str, satisfied: bool, actor: Actor, note: str = ""
) -> WorkOrder:
    """Notes what the customer says of the reply, themselves or to whoever calls them back.

    A no takes the reply back; the second one goes up to the highest step of supervision.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.not_resolved`, `order.confirmed`.
        Forbidden: `order.actor`.
    """
    if actor.kind == "system":
        raise Forbidden("order.actor", "Only the customer, or who has spoken with them, confirms.")
    old = await held(connection, order_no)
    now = company.clock.now()
    new = rules.confirm(rules_at(company, now), company.calendar, old, satisfied, now)
    said = Said(actor, "confirmed" if satisfied else "disputed", note)
    written = await write(connection, company, old, new, said)
    return written if satisfied else await _supervise_disputes(connection, company, written)


async def record_try(
    connection: Connection, company: Company, order_no: str, actor: Actor, how: str, outcome: str, note: str = ""
) -> Try:
    """Documents one attempt to reach the customer; whether it counts, and why not, is kept with it.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.not_resolved` (there is nothing to call back about).
        InvalidRequest: `order.outcome`.
        Forbidden: `order.actor`.
    """
    old = await held_by_staff(connection, order_no, actor)
    rules.check_open(old)
    callback = rules_at(company, company.clock.now()).callback
    if outcome not in callback.outcomes:
        raise InvalidRequest("order.outcome", "outcome", f"It is one of {', '.join(callback.outcomes)}.")
    if not old.resolution_code:
        raise Clash("order.not_resolved", "The order has no reply yet.")
    attempt = tried(callback, await tries_of(connection, old), company.clock.now(), how, outcome)
    data = {"how": how, "outcome": outcome, "counts": attempt.counts, "why": attempt.why}
    await write(connection, company, old, old, Said(actor, "tried", note, data))
    return attempt


async def tries_of(connection: Connection, order: WorkOrder) -> list[Try]:
    """Lists the attempts to reach the customer since the reply."""
    since = order.resolved_at
    return [
        Try(change.at, change.data["how"], change.data["outcome"], change.data["counts"], change.data["why"])
        for change in await store.changes(connection, order.order_no)
        if change.what == "tried" and (since is None or change.at >= since)
    ]


async def close(connection: Connection, company: Company, order_no: str, actor: Actor, note: str = "") -> WorkOrder:
    """Closes an order with its keys; an order with sub-orders only when those have been called back.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.suspended`, `order.move`, `order.not_resolved`, `order.not_confirmed`,
            `order.subs_open`.
        Forbidden: `order.actor`.
    """
    old = await held_by_staff(connection, order_no, actor)
    now = company.clock.now()
    subs = [sub.order_no for sub in await store.subs(connection, order_no, old.kind) if sub.open]
    tries = await tries_of(connection, old)
    new = rules.close(rules_at(company, now), company.calendar, old, tries, subs, now)
    await answer_urges(connection, company, order_no, actor)
    return await write(connection, company, old, new, Said(actor, "closed", note))


async def reopen(connection: Connection, company: Company, order_no: str, actor: Actor, reason: str) -> WorkOrder:
    """Opens a closed order again; its clock goes on from what it had counted.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.open`, `order.final`, `order.already_open` (another one of the subject is open).
    """
    old = await held(connection, order_no)
    now = company.clock.now()
    new = rules.reopen(rules_at(company, now), company.calendar, old, now)
    other = await store.active(connection, old.account_no or f"{old.channel}:{old.channel_user}", old.subject)
    if other is not None:
        detail = "The customer has another open order of this matter."
        raise Clash("order.already_open", detail, order_no=other.order_no)
    return await write(connection, company, old, new, Said(actor, "reopened", reason))


async def rate(connection: Connection, company: Company, order_no: str, rating: int, actor: Actor) -> WorkOrder:
    """Keeps the customer's rating of 1 to 5 for the reply.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.not_resolved`, `order.rated`.
    """
    old = await held(connection, order_no)
    new = rules.rate(old, rating)
    return await write(connection, company, old, new, Said(actor, "rated", "", {"rating": rating}))


async def _reply(
    connection: Connection, company: Company, old: WorkOrder, resolution: Resolution, actor: Actor
) -> WorkOrder:
    now = company.clock.now()
    book = rules_at(company, now)
    name = book.kinds[old.kind].callback
    callback_by = due(company.calendar, company.standard(name, now.date()), now) if name else None
    new = rules.resolve(book, company.calendar, old, resolution, now, callback_by)
    data = {"code": resolution.code, "reply": dict(resolution.reply)}
    return await write(connection, company, old, new, Said(actor, "replied", resolution.note, data))


async def _supervise_disputes(connection: Connection, company: Company, order: WorkOrder) -> WorkOrder:
    ladder = rules_at(company, company.clock.now()).ladder
    step = next((s for s in ladder if s.disputes is not None and order.disputes == s.disputes), None)
    return await tell(connection, company, order, step, {"disputes": order.disputes}) if step else order
