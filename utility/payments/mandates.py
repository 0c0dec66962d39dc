"""Auto-debit: an agreement of customer, provider and company; the provider debits on the last payment day."""

from __future__ import annotations

from decimal import Decimal

from runtime.postgres import Connection, transaction
from utility.accounts.bindings import access_account
from utility.accounts.values import Person
from utility.actors import customer
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number
from utility.payments import back_store, links, posting, service, store
from utility.payments.signatures import Till
from utility.payments.values import LinkDraft, Mandate, PaymentOrder

ROUND = Person("system", "mandates")


async def sign(
    connection: Connection, company: Company, till: Till, person: Person, account_no: str, provider: str
) -> tuple[Mandate, bool]:
    """Signs a mandate for a bound account; the one that holds with the same provider is given again.

    Returns:
        The mandate, and whether it is new.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `provider.unknown`.
        Clash: `mandate.signed` with another provider, `mandate.prepaid`.
    """
    account = await access_account(connection, person, account_no)
    if provider not in till.providers:
        raise NotKnown("provider.unknown", "There is no such provider.")
    if account.billing == "prepaid":
        raise Clash("mandate.prepaid", "A prepaid account is topped up, not debited.")
    await store.hold_account(connection, account_no)
    kept = await back_store.mandate(connection, account_no)
    if kept and kept.provider != provider:
        raise Clash("mandate.signed", "The account has a mandate with another provider.", provider=kept.provider)
    if kept:
        return kept, False
    now = company.clock.now()
    number = await next_number(connection, service.terms_on(company, now).letters["mandate"], now.date())
    mandate = Mandate(number, account_no, provider, "signed", now, None)
    await back_store.save_mandate(connection, mandate, str(customer(person.channel, person.user_id)))
    await _tell(connection, company, "mandate.signed", mandate)
    return mandate, True


async def cancel(connection: Connection, company: Company, person: Person, account_no: str) -> None:
    """Cancels the mandate of a bound account.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `mandate.unknown`.
    """
    await access_account(connection, person, account_no)
    await store.hold_account(connection, account_no)
    mandate = await back_store.mandate(connection, account_no)
    if mandate is None:
        raise NotKnown("mandate.unknown", "The account has no mandate.")
    await back_store.cancel_mandate(connection, mandate.mandate_no, company.clock.now())
    await _tell(connection, company, "mandate.cancelled", mandate)


async def read(company: Company, person: Person, account_no: str) -> Mandate:
    """Reads the mandate of a bound account.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `mandate.unknown`.
    """
    async with transaction(company.pool) as connection:
        await access_account(connection, person, account_no)
        mandate = await back_store.mandate(connection, account_no)
    if mandate is None:
        raise NotKnown("mandate.unknown", "The account has no mandate.")
    return mandate


async def round(company: Company) -> int:
    """Asks for the debits of bills whose last payment day is today."""
    now = company.clock.now()
    async with transaction(company.pool) as connection:
        due = await back_store.mandates_due(connection, now.date(), service.terms_on(company, now).rows_a_round)
    for mandate in due:
        async with transaction(company.pool) as connection:
            await _ask(connection, company, mandate)
    return len(due)


async def paid(connection: Connection, order: PaymentOrder) -> None:
    """Notes that a debit has come in."""
    if order.purpose == "mandate":
        await back_store.end_run(connection, order.payment_order_no, "paid", "")


async def _ask(connection: Connection, company: Company, mandate: Mandate) -> None:
    """The provider reads the event and debits; the bill is paid when its callback says so, not before."""
    await store.hold_account(connection, mandate.account_no)
    account, now = await posting.held(connection, mandate.account_no), company.clock.now()
    if await back_store.was_run(connection, mandate.mandate_no, now.date()):
        return
    claimed = await service.claims(connection, company, account, now.date())
    amount = sum((claim.principal + claim.damages for claim in claimed), Decimal("0.00"))
    if amount <= 0:
        return
    draft = LinkDraft(mandate.account_no, "mandate", claimed[-1].period)
    until = now + company.policy.payment.posting_limit
    order = await links.make(connection, company, draft, amount, ROUND, holder=str(now.date()), until=until)
    await back_store.note_run(connection, mandate.mandate_no, now.date(), order.payment_order_no, amount)
    data = {"payment_order_no": order.payment_order_no, "amount": f"{amount:f}", "provider": mandate.provider}
    event = Event("mandate.debit_asked", now, mandate.mandate_no, account_no=mandate.account_no, data=data)
    await emit(connection, event)


async def _tell(connection: Connection, company: Company, kind: str, mandate: Mandate) -> None:
    data = {"provider": mandate.provider}
    now = company.clock.now()
    await emit(connection, Event(kind, now, mandate.mandate_no, account_no=mandate.account_no, data=data))
