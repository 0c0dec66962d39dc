"""Orders change hands only when the other side accepts; until then the first owner stays answerable (首问负责制)."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.actors import Actor
from utility.company import Company
from utility.errors import InvalidRequest
from utility.orders import rules
from utility.orders.telling import Said, held_by_staff, write
from utility.orders.values import WorkOrder


async def offer(
    connection: Connection, company: Company, order_no: str, to_owner: str, actor: Actor, note: str = ""
) -> WorkOrder:
    """Offers the order to somebody else; until they accept, its owner stays answerable (首问负责制).

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.owned`, `order.offered`.
        Forbidden: `order.actor`.
        InvalidRequest: `field.invalid`, nobody is named.
    """
    if not to_owner.strip():
        raise InvalidRequest("field.invalid", "to", "The order has to be offered to somebody.")
    old = await held_by_staff(connection, order_no, actor)
    new = rules.offer(old, to_owner)
    return await write(connection, company, old, new, Said(actor, "offered", note, {"to": to_owner}))


async def accept(connection: Connection, company: Company, order_no: str, actor: Actor, note: str = "") -> WorkOrder:
    """Takes an offered order over.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.not_offered`.
        Forbidden: `order.actor`.
    """
    old = await held_by_staff(connection, order_no, actor)
    new = rules.accept(old)
    moved = {"from": old.owner, "to": new.owner}
    return await write(connection, company, old, new, Said(actor, "transferred", note, moved))


async def decline(connection: Connection, company: Company, order_no: str, actor: Actor, note: str = "") -> WorkOrder:
    """Turns an offered order down; it stays where it is.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.not_offered`.
        Forbidden: `order.actor`.
    """
    old = await held_by_staff(connection, order_no, actor)
    new = rules.declined(old)
    return await write(connection, company, old, new, Said(actor, "declined", note, {"to": old.offered_to}))
