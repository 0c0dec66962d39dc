"""Tells what happened to a claim: one event with what a notice needs, in the transaction of the change."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.actors import Actor
from utility.claims import store
from utility.claims.values import Claim
from utility.company import Company
from utility.counter.shown import Json, shown_number, shown_time
from utility.errors import NotKnown
from utility.events.outbox import Event, emit


async def tell(
    connection: Connection, company: Company, claim_no: str, what: str, actor: Actor, note: str = ""
) -> Claim:
    """Emits the event and returns the claim as it stands now.

    Raises:
        NotKnown: `claim.unknown`.
    """
    claim = await known(connection, claim_no)
    data = {**_data(claim), "by": actor.kind, "note": note}
    await emit(connection, Event(what, company.clock.now(), claim_no, claim.account_no, data=data))
    return claim


async def known(connection: Connection, claim_no: str) -> Claim:
    """Reads a claim.

    Raises:
        NotKnown: `claim.unknown`.
    """
    claim = await store.claim(connection, claim_no)
    if claim is None:
        raise NotKnown("claim.unknown", "There is no such claim.")
    return claim


def _data(claim: Claim) -> Json:
    return {
        "status": claim.status,
        "happened": shown_time(claim.happened_at),
        "outage_no": claim.outage_no,
        "visit_by": shown_time(claim.visit_by),
        "cause": claim.cause,
        "refusal": claim.refusal,
        "offered": shown_number(claim.offered) if claim.offered is not None else None,
        "paid": shown_number(claim.paid) if claim.paid is not None else None,
        "pay_by": claim.pay_by.value if claim.pay_by else "",
    }
