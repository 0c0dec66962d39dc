"""Money counted by a person: cash at a hall, and damages that are waived for a cause of the rule."""

from __future__ import annotations

from decimal import Decimal

from runtime.postgres import Connection
from utility.actors import Actor
from utility.billing.rules import cents
from utility.company import Company
from utility.errors import Clash, InvalidRequest
from utility.events.outbox import Event, emit
from utility.payments import posting, service, store
from utility.payments.posting import Receipt
from utility.payments.values import Money, Move, Payment


async def count(
    connection: Connection, company: Company, account_no: str, amount: Decimal, channel: str, actor: Actor
) -> Payment:
    """Posts money that somebody of the company has counted.

    Raises:
        NotKnown: `account.unknown`.
        Clash: `payment.amount` with `least` and `most`.
    """
    now = company.clock.now()
    terms = service.terms_on(company, now)
    if not terms.least <= amount <= terms.most:
        raise Clash(
            "payment.amount",
            f"A payment is between {terms.least} and {terms.most} yuan.",
            least=f"{terms.least:f}",
            most=f"{terms.most:f}",
        )
    return await posting.post(connection, company, Receipt(account_no, cents(amount), now, channel, by=str(actor)))


async def waive(
    connection: Connection, company: Company, account_no: str, period: str, cause: str, actor: Actor
) -> Money:
    """Waives what a bill asks for as damages today.

    Raises:
        InvalidRequest: `damages.cause`, the rule knows no such cause.
        NotKnown: `account.unknown`.
        Clash: `damages.none`, the bill has none.
    """
    await store.hold_account(connection, account_no)
    account, now = await posting.held(connection, account_no), company.clock.now()
    terms = company.money.damages.at(now.date(), company.regions).value
    if cause not in terms.waivers:
        raise InvalidRequest("damages.cause", "cause", "Damages are waived only for a cause of the rule.")
    claimed = await service.claims(connection, company, account, now.date())
    claim = next((claim for claim in claimed if claim.period == period and claim.damages), None)
    if claim is None:
        raise Clash("damages.none", "The bill has no damages to waive.")
    await store.move(
        connection, [Move(account_no, now, "waiver", "damages", claim.damages, f"{actor} {cause}", period)]
    )
    if not claim.principal:
        await store.mark_settled(connection, account_no, period, "paid", now.date())
    data = {"period": period, "amount": f"{claim.damages:f}", "cause": cause}
    await emit(connection, Event("damages.waived", now, period, account_no=account_no, data=data))
    return await service.stand(connection, company, account)
