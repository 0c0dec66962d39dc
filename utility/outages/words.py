"""What is said of an outage while it lasts: its state, cause, crew and estimate, each with who said it and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from runtime.postgres import Connection
from utility.actors import Actor
from utility.company import Company
from utility.errors import Clash, InvalidRequest
from utility.outages.ledger import Entry, check_move, enter, held
from utility.outages.policy import deadlines_of, rules_of
from utility.outages.rules import next_word, tells_late
from utility.outages.service import check_not_over
from utility.outages.values import Fact, Outage, Word

# These states have calls of their own: a word alone does not bring an outage there.
BY_CALL = frozenset({"running", "late", "postponed", "restored", "cancelled", "merged"})


async def update(connection: Connection, company: Company, outage_no: str, word: Word, actor: Actor) -> Outage:
    """Keeps what is said now; a missed window is told at once when the old end is near.

    Raises:
        InvalidRequest: nothing new is said.
        NotKnown: `outage.unknown`.
        Clash: `outage.over`, `outage.move`, `outage.eta_past`.
    """
    if not (word.status or word.cause or word.crew or word.eta or word.note):
        raise InvalidRequest("field.missing", "status", "A status, cause, crew, eta or note has to be said.")
    outage, now = await held(connection, outage_no), company.clock.now()
    check_not_over(outage)
    if word.eta is not None and word.eta <= now:
        raise Clash("outage.eta_past", "The estimate must lie in the future.")
    if word.status and word.status != outage.status:
        _check_status(company, outage, word.status, now)
    spoken = _spoken(company, outage, word, str(actor), now)
    entry = Entry("updated", now, word.note, _facts(outage, word, str(actor), now))
    written = await enter(connection, spoken, entry, actor)
    return await tell_late(connection, company, written, actor)


async def tell_late(connection: Connection, company: Company, outage: Outage, actor: Actor) -> Outage:
    """Tells that the window will be missed, once for each new end, when the rule says that it is time."""
    now = company.clock.now()
    kind = rules_of(company, now).kinds[outage.kind]
    if not tells_late(outage, now, deadlines_of(company, kind, now).late_lead):
        return outage
    late = replace(outage, status="late", late_told=outage.eta)
    return await enter(connection, late, Entry("late", now), actor)


def _check_status(company: Company, outage: Outage, status: str, now: datetime) -> None:
    kind = rules_of(company, now).kinds[outage.kind]
    if status in BY_CALL:
        allowed = [state for state in kind.moves.get(outage.status, ()) if state not in BY_CALL]
        raise Clash("outage.move", f"{status} has a call of its own.", state=outage.status, allowed=allowed)
    check_move(company, outage, status, now)


def _spoken(company: Company, outage: Outage, word: Word, actor: str, now: datetime) -> Outage:
    kind = rules_of(company, now).kinds[outage.kind]
    eta = word.eta or outage.eta
    due = next_word(now, eta, deadlines_of(company, kind, now).next_word)
    return replace(
        outage,
        status=word.status or outage.status,
        cause=word.cause or outage.cause,
        crew=word.crew or outage.crew,
        next_update_by=outage.next_update_by if kind.scheduled else due,
        eta=eta,
        eta_said_at=now if word.eta else outage.eta_said_at,
        eta_said_by=(word.said_by or actor) if word.eta else outage.eta_said_by,
    )


def _facts(outage: Outage, word: Word, actor: str, now: datetime) -> tuple[Fact, ...]:
    said = {
        "status": word.status if word.status != outage.status else "",
        "cause": word.cause,
        "crew": word.crew,
        "eta": word.eta.isoformat() if word.eta else "",
    }
    by = word.said_by or actor
    return tuple(Fact(fact, value, now, by) for fact, value in said.items() if value)
