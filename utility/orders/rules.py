"""What may be done to an order, and what it is like then: pure, from one order to the next; the books are not touched.

Every function refuses with a `Clash` or `Forbidden` that says what stands against it, and ends with the clock set.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from utility.actors import Actor
from utility.errors import Clash, Forbidden, InvalidRequest
from utility.orders.clock import set_clock
from utility.orders.machine import Kind, OrderRules, SideState
from utility.orders.trying import customer_key
from utility.orders.values import Resolution, Try, WorkOrder
from utility.orders.worktime import Calendar

CUSTOMER = "customer"


def advance(rules: OrderRules, calendar: Calendar, order: WorkOrder, to: str, actor: Actor, now: datetime) -> WorkOrder:
    """Moves the work on.

    Raises:
        Clash: `order.closed`, `order.suspended`, or `order.move` with the moves that are allowed.
        Forbidden: `order.actor`.
    """
    kind, side = rules.kinds[order.kind], _side(rules, order)
    check_open(order)
    if side and not side.follows:
        raise Clash("order.suspended", f"The order is {side.name}: it has to be resumed first.", side_state=side.name)
    allowed = kind.moves[order.state]
    if to not in allowed:
        detail = f"An order that is {order.state} cannot become {to}."
        raise Clash("order.move", detail, state=order.state, allowed=list(allowed))
    if actor.kind == CUSTOMER and to not in kind.customer_moves:
        raise Forbidden("order.actor", "A customer does not move an order to this state.")
    confirmed = True if to in kind.confirming else order.confirmed
    return set_clock(rules, calendar, replace(order, state=to, side_state=None, confirmed=confirmed), now)


def suspend(
    rules: OrderRules, calendar: Calendar, order: WorkOrder, side_state: str, actor: Actor, now: datetime
) -> WorkOrder:
    """Puts an order into a side state; one that ends it closes it.

    Raises:
        Clash: `order.closed`, `order.suspended` (it is in a side state already), `order.side_state`.
        Forbidden: `order.actor`.
    """
    kind = rules.kinds[order.kind]
    check_open(order)
    side = kind.side_states.get(side_state)
    if side is None:
        detail = f"An order of this kind cannot be {side_state}."
        raise Clash("order.side_state", detail, allowed=list(kind.side_states))
    if actor.kind not in side.by:
        raise Forbidden("order.actor", f"A {actor.kind} does not say that an order is {side_state}.")
    if side.ends:
        ended = replace(order, side_state=side_state, resolution_code=side_state, closed_at=now, offered_to=None)
        return set_clock(rules, calendar, ended, now)
    if order.side_state:
        raise Clash("order.suspended", f"The order is {order.side_state} already.", side_state=order.side_state)
    return set_clock(rules, calendar, replace(order, side_state=side_state), now)


def resume(rules: OrderRules, calendar: Calendar, order: WorkOrder, now: datetime) -> WorkOrder:
    """Lets a suspended order go on.

    Raises:
        Clash: `order.closed`, `order.not_suspended`.
    """
    check_open(order)
    if not order.side_state:
        raise Clash("order.not_suspended", "The order is in no side state.")
    return set_clock(rules, calendar, replace(order, side_state=None), now)


def offer(order: WorkOrder, to_owner: str) -> WorkOrder:
    """Offers the order to somebody else; its owner stays answerable until they accept.

    Raises:
        Clash: `order.closed`, `order.owned` (it is theirs), `order.offered` (another offer is open).
    """
    check_open(order)
    if to_owner == order.owner:
        raise Clash("order.owned", "The order is theirs already.")
    if order.offered_to:
        raise Clash("order.offered", "The order is offered to somebody already.", offered_to=order.offered_to)
    return replace(order, offered_to=to_owner)


def accept(order: WorkOrder) -> WorkOrder:
    """Makes whom the order is offered to its owner.

    Raises:
        Clash: `order.closed`, `order.not_offered`.
    """
    return replace(declined(order), owner=order.offered_to or order.owner)


def declined(order: WorkOrder) -> WorkOrder:
    """Takes the offer back; the owner stays.

    Raises:
        Clash: `order.closed`, `order.not_offered`.
    """
    check_open(order)
    if not order.offered_to:
        raise Clash("order.not_offered", "The order is offered to nobody.")
    return replace(order, offered_to=None)


def resolve(
    rules: OrderRules,
    calendar: Calendar,
    order: WorkOrder,
    resolution: Resolution,
    now: datetime,
    callback_by: datetime | None,
) -> WorkOrder:
    """Writes the reply: a resolution of the kind, with everything its checklist asks for.

    Raises:
        Clash: `order.closed`, `order.suspended`, `order.move`, `order.reply_incomplete` with what is missing.
        InvalidRequest: `order.resolution`, the kind does not know it.
    """
    kind = rules.kinds[order.kind]
    check_open(order)
    _check_resolvable(kind, order, resolution)
    replied = replace(
        order,
        state=kind.resolve_to or order.state,
        side_state=None,
        resolution_code=resolution.code,
        reply=dict(resolution.reply),
        resolved_at=now,
        callback_by=callback_by,
        confirmed=None if kind.resolve_to else order.confirmed,
    )
    return set_clock(rules, calendar, replied, now)


def confirm(rules: OrderRules, calendar: Calendar, order: WorkOrder, satisfied: bool, now: datetime) -> WorkOrder:
    """Notes what the customer says of the reply; a no takes the reply back, and the clock goes on.

    Raises:
        Clash: `order.closed`, `order.not_resolved`, `order.confirmed` (they have said yes already).
    """
    kind = rules.kinds[order.kind]
    check_open(order)
    if not order.resolution_code:
        raise Clash("order.not_resolved", "The order has no reply yet.")
    if order.confirmed:
        raise Clash("order.confirmed", "The customer has confirmed it already.")
    if satisfied:
        return set_clock(rules, calendar, replace(order, confirmed=True, state=kind.confirm_to or order.state), now)
    again = replace(
        order,
        confirmed=False,
        disputes=order.disputes + 1,
        state=kind.again_to or order.state,
        resolution_code="",
        resolved_at=None,
        callback_by=None,
    )
    return set_clock(rules, calendar, again, now)


def close(
    rules: OrderRules, calendar: Calendar, order: WorkOrder, tries: list[Try], subs_open: list[str], now: datetime
) -> WorkOrder:
    """Closes an order with its keys: the resolution, and the customer's word or the documented tries.

    Raises:
        Clash: `order.closed`, `order.suspended`, `order.not_resolved`, `order.not_confirmed` with the tries that count,
            `order.move` with the states it can be closed from, `order.subs_open` with the sub-orders not called back.
    """
    kind = rules.kinds[order.kind]
    check_open(order)
    if order.side_state:
        raise Clash("order.suspended", f"The order is {order.side_state}.", side_state=order.side_state)
    if order.state not in kind.close_from:
        detail = f"An order that is {order.state} cannot be closed."
        raise Clash("order.move", detail, state=order.state, allowed=list(kind.close_from))
    if not order.resolution_code:
        raise Clash("order.not_resolved", "The order has no reply yet.")
    if "customer" in kind.keys and customer_key(rules.callback, order, tries) is None:
        counted = sum(1 for t in tries if t.counts)
        detail = "The customer has not confirmed it, and the tries to reach them do not suffice."
        raise Clash("order.not_confirmed", detail, tries=counted, needed=rules.callback.tries)
    if subs_open:
        raise Clash("order.subs_open", "Not every sub-order has been called back.", orders=subs_open)
    return set_clock(rules, calendar, replace(order, state=kind.final, closed_at=now, offered_to=None), now)


def reopen(rules: OrderRules, calendar: Calendar, order: WorkOrder, now: datetime) -> WorkOrder:
    """Opens a closed order again; its clock goes on from what it had counted.

    Raises:
        Clash: `order.open`, or `order.final` (its kind is not reopened).
    """
    kind = rules.kinds[order.kind]
    if order.open:
        raise Clash("order.open", "The order is open.")
    if not kind.reopen_to:
        raise Clash("order.final", "Orders of this kind are not opened again.")
    again = replace(
        order,
        state=kind.reopen_to,
        side_state=None,
        closed_at=None,
        resolution_code="",
        resolved_at=None,
        callback_by=None,
        confirmed=None,
        rating=None,
        reopened=order.reopened + 1,
    )
    return set_clock(rules, calendar, again, now)


def rate(order: WorkOrder, rating: int) -> WorkOrder:
    """Keeps the customer's rating of the reply, once.

    Raises:
        Clash: `order.not_resolved`, `order.rated`.
    """
    if not order.resolution_code:
        raise Clash("order.not_resolved", "The order has no reply yet.")
    if order.rating is not None:
        raise Clash("order.rated", "The customer has rated it already.", rating=order.rating)
    return replace(order, rating=rating)


def check_open(order: WorkOrder) -> None:
    """Lets only an open order through.

    Raises:
        Clash: `order.closed`.
    """
    if not order.open:
        raise Clash("order.closed", "The order is closed.", state=order.status)


def secret(rules: OrderRules, order: WorkOrder) -> bool:
    """Tells whether whoever filed the order is never named."""
    return rules.kinds[order.kind].secret or order.secrecy in rules.secret


def secret_of(rules: OrderRules) -> tuple[list[str], list[str]]:
    """Names the kinds and the ways of secrecy that `secret` speaks of."""
    return [name for name, kind in rules.kinds.items() if kind.secret], list(rules.secret)


def _side(rules: OrderRules, order: WorkOrder) -> SideState | None:
    return rules.kinds[order.kind].side_states.get(order.side_state or "")


def _check_resolvable(kind: Kind, order: WorkOrder, resolution: Resolution) -> None:
    side = kind.side_states.get(order.side_state or "")
    if side and not side.follows:
        raise Clash("order.suspended", f"The order is {side.name}: it has to be resumed first.", side_state=side.name)
    if order.state not in kind.resolve_from:
        detail = f"An order that is {order.state} cannot be replied to."
        raise Clash("order.move", detail, state=order.state, allowed=list(kind.resolve_from))
    if resolution.code not in kind.resolutions:
        raise InvalidRequest("order.resolution", "code", f"It is one of {', '.join(kind.resolutions)}.")
    missing = [name for name in kind.checklist(order.type) if not str(resolution.reply.get(name, "")).strip()]
    if missing:
        raise Clash("order.reply_incomplete", "The reply does not say everything it has to.", missing=missing)
