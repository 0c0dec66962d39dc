"""Payment orders: what is to be paid, by a link that ends; nothing counts as paid before the provider says so."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.accounts.values import Account, Person
from utility.billing.rules import cents
from utility.company import Company
from utility.errors import Clash, Forbidden, InvalidRequest, NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number
from utility.payments import back_store, links_store, service, store
from utility.payments.service import terms_on
from utility.payments.terms import PaymentTerms
from utility.payments.values import LinkDraft, PaymentOrder


async def open_link(
    connection: Connection, company: Company, person: Person, draft: LinkDraft
) -> tuple[PaymentOrder, Account, bool]:
    """Opens a payment order, or gives the open one of the same account, purpose and amount again.

    Somebody who is not bound to the account may top it up with a sum of their own: what it owes stays unsaid.

    Returns:
        The order, its account, and whether the order is new.

    Raises:
        InvalidRequest: an amount that is not asked for with this purpose, or is missing with it.
        Forbidden: `account.not_bound`, `accounts.too_many`.
        NotKnown: `account.unknown` (a closed account too), `bill.unknown`.
        Clash: `payment.nothing_due`, `payment.amount` with `least` and `most`.
    """
    now = company.clock.now()
    _check_amount(draft, terms_on(company, now))
    account = await _payable(connection, company, person, draft)
    await store.hold_account(connection, account.account_no)
    amount = await _amount(connection, company, account, draft)
    holder = f"{person.channel}:{person.user_id}" if draft.purpose == "top_up" else ""
    kept = await links_store.open_order(connection, account.account_no, draft.purpose, draft.period, holder)
    if kept and kept.amount == amount and kept.expires_at > now:
        return kept, account, False
    if kept:
        state = "cancelled" if kept.expires_at > now else "expired"
        await close(connection, company, kept, state)
    until = now + terms_on(company, now).link
    order = await make(connection, company, draft, amount, person, holder=holder, until=until)
    return order, account, True


async def make(
    connection: Connection,
    company: Company,
    draft: LinkDraft,
    amount: Decimal,
    person: Person,
    *,
    holder: str,
    until: datetime,
) -> PaymentOrder:
    """Writes a payment order. The account must be held."""
    now = company.clock.now()
    terms = terms_on(company, now)
    order = PaymentOrder(
        payment_order_no=await next_number(connection, terms.letters["payment_order"], now.date()),
        account_no=draft.account_no,
        purpose=draft.purpose,
        period=draft.period or None,
        amount=amount,
        holder=holder,
        channel=person.channel,
        channel_user=person.user_id,
        state="open",
        created_at=now,
        expires_at=until,
        closed_at=None,
        payment_no=None,
    )
    await links_store.save(connection, order)
    return order


async def read_order(company: Company, person: Person, payment_order_no: str) -> tuple[PaymentOrder, Account]:
    """Reads a payment order of the person who asked for it, or of a bound account, and its account.

    Raises:
        NotKnown: `payment_order.unknown`, also when it is somebody else's.
    """
    async with transaction(company.pool) as connection:
        order = await _theirs(connection, person, payment_order_no)
        return order, await account_of(connection, order)


async def account_of(connection: Connection, order: PaymentOrder) -> Account:
    """Reads the account an order is for. Raises NotKnown `account.unknown`."""
    account = await accounts.account(connection, order.account_no)
    if account is None:
        raise NotKnown("account.unknown", "There is no such account.")
    return account


def signed_parts(order: PaymentOrder) -> tuple[str, str]:
    """Returns what a link's signature covers beside the number: the amount, and when it ends."""
    return f"{order.amount:f}", f"{order.expires_at.timestamp():.0f}"


async def cancel(connection: Connection, company: Company, person: Person, payment_order_no: str) -> PaymentOrder:
    """Cancels an open order; one that is cancelled stays so.

    Raises:
        NotKnown: `payment_order.unknown`.
        Clash: `payment_order.closed` with its `state`.
    """
    order = await _theirs(connection, person, payment_order_no, hold=True)
    if order.state == "cancelled":
        return order
    if order.state != "open":
        raise Clash("payment_order.closed", f"The payment order is {order.state}.", state=order.state)
    await close(connection, company, order, "cancelled")
    return await _theirs(connection, person, payment_order_no)


async def close(connection: Connection, company: Company, order: PaymentOrder, state: str) -> None:
    """Ends an order that nobody paid, and tells of it at once; a debit that ends so has failed."""
    now = company.clock.now()
    await links_store.end(connection, order.payment_order_no, state, now)
    data = {"amount": f"{order.amount:f}", "purpose": order.purpose}
    await emit(
        connection, Event(f"payment.{state}", now, order.payment_order_no, account_no=order.account_no, data=data)
    )
    if order.purpose == "mandate":
        await back_store.end_run(connection, order.payment_order_no, "failed", state)
        data = {"amount": f"{order.amount:f}", "reason": state}
        await emit(
            connection, Event("mandate.failed", now, order.payment_order_no, account_no=order.account_no, data=data)
        )


async def round(company: Company) -> int:
    """Ends the orders whose time is over."""
    now = company.clock.now()
    async with transaction(company.pool) as connection:
        over = await links_store.expired(connection, now, terms_on(company, now).rows_a_round)
        for order in over:
            await close(connection, company, order, "expired")
    return len(over)


def _check_amount(draft: LinkDraft, terms: PaymentTerms) -> None:
    if draft.purpose != "top_up":
        if draft.amount is not None:
            raise InvalidRequest("field.invalid", "amount", "The amount of this purpose is what the books ask for.")
        return
    if draft.amount is None:
        raise InvalidRequest("field.missing", "amount", "amount is required with this purpose.")
    if not terms.least <= draft.amount <= terms.most:
        raise Clash(
            "payment.amount",
            f"A payment is between {terms.least} and {terms.most} yuan.",
            least=f"{terms.least:f}",
            most=f"{terms.most:f}",
        )


async def _payable(connection: Connection, company: Company, person: Person, draft: LinkDraft) -> Account:
    bound = await accounts.bound_account(connection, person, draft.account_no)
    if bound:
        return bound
    if draft.purpose != "top_up":
        raise Forbidden("account.not_bound", "The account is not bound to this person.")
    return await stranger_account(connection, company, person, draft.account_no)


async def stranger_account(connection: Connection, company: Company, person: Person, account_no: str) -> Account:
    """Reads an open account for somebody who is not bound to it; who asks for too many is stopped before.

    Raises:
        Forbidden: `accounts.too_many`.
        NotKnown: `account.unknown`.
    """
    await accounts.hold_person(connection, person)
    rules, now = company.policy.foreign_accounts, company.clock.now()
    asked = await accounts.accounts_asked(connection, person, now - rules.window)
    if account_no not in asked and len(asked) >= rules.limit:
        raise Forbidden("accounts.too_many", "Too many different accounts were asked for.")
    account = await accounts.account(connection, account_no)
    if account is None or account.status == "closed":
        raise NotKnown("account.unknown", "There is no such account.")
    await accounts.note_ask(connection, person, account_no, now)
    return account


async def _amount(connection: Connection, company: Company, account: Account, draft: LinkDraft) -> Decimal:
    if draft.amount is not None:
        return cents(draft.amount)
    today = company.clock.now().date()
    claimed = await service.claims(connection, company, account, today)
    if draft.purpose == "bill":
        claimed = [claim for claim in claimed if claim.period == draft.period]
        issued = await connection.fetchval(
            "select exists (select from bills where account_no = $1 and period = $2 and issued <= $3)",
            *(account.account_no, draft.period, today),
        )
        if not issued:
            raise NotKnown("bill.unknown", "The books have no bill of that month.")
    due = sum((claim.principal + claim.damages for claim in claimed), Decimal("0.00"))
    if due <= 0:
        raise Clash("payment.nothing_due", "Nothing is unpaid here; a top-up is kept as balance.")
    return due


async def _theirs(connection: Connection, person: Person, payment_order_no: str, *, hold: bool = False) -> PaymentOrder:
    order = await links_store.order(connection, payment_order_no, hold=hold)
    mine = order is not None and (order.channel, order.channel_user) == (person.channel, person.user_id)
    if order is None or not (mine or await accounts.bound_account(connection, person, order.account_no)):
        raise NotKnown("payment_order.unknown", "There is no such payment order of this person.")
    return order
