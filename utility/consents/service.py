"""Asking key accounts whether planned work suits them, and keeping what they say."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from utility.company import Company
from utility.consents import store
from utility.consents.values import Consent
from utility.counter.shown import shown_time
from utility.errors import Clash, NotKnown
from utility.outages.ledger import Entry, held, tell
from utility.outages.service import check_not_over
from utility.outages.values import Outage

# Planned work, and a peak-shift call (错峰) that is agreed on ahead.
_ASKED_OF = ("planned", "rotating")


async def consult(connection: Connection, company: Company, outage_no: str, answer_by: datetime) -> Outage:
    """Asks the key accounts of planned work or a peak-shift call, until `answer_by`: `outage.consulting` is told.

    Raises:
        NotKnown: `outage.unknown`.
        Clash: `outage.over`; `outage.consult`, it is neither, or the answer would come when it has begun.
    """
    outage, now = await held(connection, outage_no), company.clock.now()
    check_not_over(outage)
    if outage.kind not in _ASKED_OF or outage.planned_from is None or not now < answer_by < outage.planned_from:
        raise Clash("outage.consult", "Only planned work can be consulted, and an answer comes before it begins.")
    await tell(connection, outage, Entry("consulting", now, data={"answer_by": shown_time(answer_by)}))
    return outage


async def answer(
    connection: Connection, company: Company, outage_no: str, account_no: str, said: tuple[str, str], by: str
) -> Consent:
    """Keeps what an account says of the window as it stands; said again it takes the old answer's place.

    Raises:
        NotKnown: `outage.unknown`; `account.unknown`, no account of its areas has this number.
        Clash: `outage.over`, `outage.consult`.
    """
    outage, now = await held(connection, outage_no), company.clock.now()
    check_not_over(outage)
    if outage.kind not in _ASKED_OF or outage.planned_from is None:
        raise Clash("outage.consult", "Only planned work can be consulted.")
    if not await store.concerns(connection, outage_no, account_no):
        raise NotKnown("account.unknown", "No account of its areas has this number.")
    consent = Consent(outage_no, account_no, outage.planned_from, *said, now, by)
    await store.save(connection, consent)
    return consent
