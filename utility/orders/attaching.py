"""What customers add to an open order: a picture of the place, say. The picture stays with whoever took it."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from utility.actors import Actor
from utility.company import Company
from utility.counter.shown import Json, shown_time
from utility.errors import Clash
from utility.orders.bodies import AttachmentForm
from utility.orders.rules import check_open
from utility.orders.telling import Said, held, write

MOST = 20


async def attach(
    connection: Connection, company: Company, order_no: str, added: AttachmentForm, actor: Actor
) -> datetime:
    """Adds a picture to an open order, with a line in its timeline; the same picture is added once.

    Returns when it was added.

    Raises:
        NotKnown: `order.unknown`.
        Clash: `order.closed`, `order.too_many_attachments`.
    """
    order = await held(connection, order_no)
    check_open(order)
    before = await connection.fetch("select media_id, at from order_attachments where order_no = $1", order_no)
    there = next((row["at"] for row in before if row["media_id"] == added.media_id), None)
    if there:
        return there  # type: ignore[no-any-return]  # a row's
    if len(before) >= MOST:
        raise Clash("order.too_many_attachments", f"An order takes {MOST} attachments.", most=MOST)
    now = company.clock.now()
    await connection.execute(
        "insert into order_attachments values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(order_no, added.media_id, added.name, added.mime, added.size, added.note, str(actor), now),
    )
    data = {"media_id": added.media_id, "mime": added.mime}
    await write(connection, company, order, order, Said(actor, "attached", added.note or added.name, data))
    return now


def attachment(order_no: str, added: AttachmentForm, at: datetime) -> Json:
    """Shows what was added."""
    return {
        "order_no": order_no,
        "media_id": added.media_id,
        "name": added.name,
        "mime": added.mime,
        "size": added.size,
        "note": added.note,
        "at": shown_time(at),
    }
