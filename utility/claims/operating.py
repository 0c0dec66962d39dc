"""Claims for the staff: the visit, the decision, the refusal, the payment; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from utility.actors import Actor
from utility.claims import rules, store
from utility.claims.service import check_payable, check_state, claim_table
from utility.claims.telling import known, tell
from utility.claims.values import AssessedItem, Claim, ClaimTable, PayBy, Verdict
from utility.company import Company
from utility.errors import Clash, InvalidRequest
from utility.orders import service as orders
from utility.orders.telling import held
from utility.orders.values import Resolution
from utility.payments.posting import Receipt, post

CHANNEL = "compensation"


async def visit(connection: Connection, company: Company, claim_no: str, actor: Actor, findings: str) -> Claim:
    """Notes that somebody came, and what they found.

    Raises:
        NotKnown: `claim.unknown`.
        Clash: `claim.state`.
    """
    claim = await _held(connection, claim_no)
    check_state(claim, "filed", "visit_booked")
    await orders.advance(connection, company, claim_no, "visited", actor, findings)
    await store.set_visited(connection, claim_no, company.clock.now(), findings)
    return await tell(connection, company, claim_no, "claim.visited", actor, findings)


async def assess(
    connection: Connection, company: Company, claim_no: str, actor: Actor, *, cause: str, verdicts: Sequence[Verdict]
) -> Claim:
    """Decides every item and offers the sum; an offer in dispute is decided anew.

    Raises:
        NotKnown: `claim.unknown`, `item.unknown`.
        InvalidRequest: `claim.cause`.
        Clash: `claim.state`, `claim.items_open`.
    """
    claim = await _held(connection, claim_no)
    check_state(claim, "visited", "offered", "in_dispute")
    table = claim_table(company, claim.happened_at)
    if cause not in table.causes:
        raise InvalidRequest("claim.cause", "cause", f"It is one of {', '.join(table.causes)}.")
    rules.check_verdicts(claim.items, verdicts)
    items = _decided(claim, verdicts, table)
    if claim.status == "in_dispute":
        await orders.resume(connection, company, claim_no, actor)
    await orders.advance(connection, company, claim_no, "assessed", actor)
    await orders.advance(connection, company, claim_no, "offered", actor)
    await store.set_offer(connection, claim_no, cause, items, rules.offered(items))
    return await tell(connection, company, claim_no, "claim.offered", actor)


async def refuse(
    connection: Connection, company: Company, claim_no: str, actor: Actor, *, reason: str, note: str
) -> Claim:
    """Refuses a claim after the visit: the cause is not on the company's side.

    Raises:
        NotKnown: `claim.unknown`.
        InvalidRequest: `claim.refusal`.
        Clash: `claim.state`.
    """
    claim = await _held(connection, claim_no)
    check_state(claim, "visited", "assessed", "offered", "in_dispute")
    reasons = claim_table(company, claim.happened_at).refusals
    if reason not in reasons:
        raise InvalidRequest("claim.refusal", "reason", f"It is one of {', '.join(reasons)}.")
    await orders.suspend(connection, company, claim_no, "refused", actor, note)
    await store.set_refusal(connection, claim_no, reason)
    return await tell(connection, company, claim_no, "claim.refused", actor, note)


async def pay(connection: Connection, company: Company, claim_no: str, actor: Actor, reference: str) -> Claim:
    """Pays what was agreed and closes the claim: as credit on the account, or by a transfer with its reference.

    Raises:
        NotKnown: `claim.unknown`.
        Clash: `claim.state`, `claim.account_closed`, `claim.reference` (a transfer has to be found again).
    """
    claim = await _held(connection, claim_no)
    check_state(claim, "agreed")
    amount, table = claim.offered or rules.NOTHING, claim_table(company, claim.happened_at)
    if amount:
        paid_by = await _pay(connection, company, claim, actor, reference)
        await orders.advance(connection, company, claim_no, "paid", actor)
        await store.set_paid(connection, claim_no, amount, company.clock.now(), paid_by)
    reply = {
        "findings": claim.findings,
        "cause": table.causes[claim.cause],
        "calculation": "; ".join(_calculation(item) for item in claim.items),
    }
    resolution = Resolution(table.paid if amount else table.repaired, reply)
    await orders.resolve(connection, company, claim_no, resolution, actor)
    await orders.close(connection, company, claim_no, actor)
    return await tell(connection, company, claim_no, "claim.paid", actor)


async def _pay(connection: Connection, company: Company, claim: Claim, actor: Actor, reference: str) -> str:
    if claim.pay_by is not PayBy.CREDIT:
        if not reference:
            raise Clash("claim.reference", "A transfer is named by its reference.")
        return reference
    await check_payable(connection, claim, PayBy.CREDIT)
    amount, now = claim.offered or rules.NOTHING, company.clock.now()
    receipt = Receipt(claim.account_no, amount, now, CHANNEL, by=str(actor))
    return (await post(connection, company, receipt)).payment_no


def _decided(claim: Claim, verdicts: Sequence[Verdict], table: ClaimTable) -> list[AssessedItem]:
    happened_on = claim.happened_at.astimezone(SHANGHAI).date()
    said = {verdict.item_no: verdict for verdict in verdicts}
    return [rules.assessed(item, said[item.item_no], happened_on, table) for item in claim.items]


def _calculation(item: AssessedItem) -> str:
    outcome = item.outcome.value if item.outcome else ""
    return f"{item.item.name} {item.item.price} {outcome} = {item.amount}"


async def _held(connection: Connection, claim_no: str) -> Claim:
    await known(connection, claim_no)
    await held(connection, claim_no)
    return await known(connection, claim_no)
