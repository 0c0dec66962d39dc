"""Writes one change of an outage: its row, its timeline, what was said, and the event that tells of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from runtime.postgres import Connection
from utility.actors import Actor
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.events.outbox import Event, emit
from utility.outages import store, wire
from utility.outages.policy import rules_of
from utility.outages.rules import may_move
from utility.outages.values import Fact, Outage, Step


@dataclass(frozen=True)
class Entry:
    """What happened to an outage: the event's name, the note of the timeline, and what was said with it."""

    happened: str
    at: datetime
    note: str = ""
    facts: tuple[Fact, ...] = ()
    area_ids: tuple[str, ...] | None = None
    data: dict[str, Any] = field(default_factory=dict)


async def held(connection: Connection, outage_no: str) -> Outage:
    """Reads an outage and keeps it to this transaction.

    Raises:
        NotKnown: `outage.unknown`.
    """
    outage = await store.outage(connection, outage_no, hold=True)
    if outage is None:
        raise NotKnown("outage.unknown", "There is no such outage.")
    return outage


async def enter(connection: Connection, outage: Outage, entry: Entry, actor: Actor) -> Outage:
    """Writes an outage as it now stands, a line of its timeline, and the event `outage.<happened>`."""
    await store.save(connection, outage)
    await store.add_step(connection, outage.outage_no, Step(outage.status, entry.at, entry.note, str(actor)))
    for fact in entry.facts:
        await store.add_fact(connection, outage.outage_no, fact)
    await tell(connection, outage, entry)
    return outage


async def tell(connection: Connection, outage: Outage, entry: Entry) -> None:
    """Emits the event alone."""
    areas = outage.area_ids if entry.area_ids is None else entry.area_ids
    data = {**wire.outage(outage, entry.at), "note": entry.note, **entry.data}
    await emit(connection, Event(f"outage.{entry.happened}", entry.at, outage.outage_no, area_ids=areas, data=data))


def check_move(company: Company, outage: Outage, after: str, now: datetime) -> None:
    """Refuses a state that may not follow.

    Raises:
        Clash: `outage.move` (fields state, allowed).
    """
    kind = rules_of(company, now).kinds[outage.kind]
    if not may_move(kind, outage.status, after):
        allowed = list(kind.moves.get(outage.status, ()))
        detail = f"A {outage.kind} outage that is {outage.status} cannot become {after}."
        raise Clash("outage.move", detail, state=outage.status, allowed=allowed)
