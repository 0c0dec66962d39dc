"""Issuing invoices: of a paid bill, once; a special one only for a general taxpayer, never both kinds in a month."""

from __future__ import annotations

from runtime.clock import SHANGHAI
from runtime.postgres import Connection, transaction
from utility.accounts.bindings import readable_account
from utility.accounts.values import Person
from utility.actors import Actor, customer
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.events.outbox import Event, emit
from utility.invoices import store
from utility.invoices.values import Invoice, InvoiceDraft, Title
from utility.numbers import next_number
from utility.payments import store as ledger
from utility.payments.service import terms_on


async def issue(connection: Connection, company: Company, person: Person, draft: InvoiceDraft) -> tuple[Invoice, bool]:
    """Issues the invoice of a paid bill; the same wish gives the same invoice again.

    Returns:
        The invoice, and whether it is new.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `bill.unknown`.
        Clash: `invoice.tax_no` (a special one needs it), `invoice.not_paid`, `invoice.too_old`, `invoice.other_kind`,
            `invoice.already_issued` with its `invoice_no`, `invoice.title_unproven` (its papers were not seen, or it
            is no general taxpayer).
    """
    await readable_account(connection, person, draft.account_no)
    if draft.kind == "special" and not draft.tax_no:
        raise Clash("invoice.tax_no", "A special invoice needs the tax number of its title.")
    await ledger.hold_account(connection, draft.account_no)
    kept = await store.issued(connection, draft.account_no, draft.period)
    if kept and (kept.kind, kept.title, kept.tax_no) == (draft.kind, draft.title, draft.tax_no):
        return kept, False
    if kept:
        raise Clash("invoice.already_issued", "The bill has its one invoice.", invoice_no=kept.invoice_no)
    invoice = await _draw(connection, company, draft)
    await store.save(connection, invoice, str(customer(person.channel, person.user_id)))
    data = {"period": invoice.period, "kind": invoice.kind, "amount": f"{invoice.amount:f}"}
    at, no = invoice.issued_at, invoice.invoice_no
    await emit(connection, Event("invoice.issued", at, no, account_no=invoice.account_no, data=data))
    return invoice, True


async def list_invoices(company: Company, person: Person, account_no: str) -> list[Invoice]:
    """Lists the invoices of an account, a closed one too. Raises Forbidden `account.not_bound`."""
    async with transaction(company.pool) as connection:
        await readable_account(connection, person, account_no)
        return await store.invoices(connection, account_no)


async def note_title(connection: Connection, company: Company, account_no: str, title: Title, actor: Actor) -> None:
    """Keeps a title whose papers somebody of the company has seen. Raises NotKnown `account.unknown`."""
    if not await connection.fetchval("select exists (select from accounts where account_no = $1)", account_no):
        raise NotKnown("account.unknown", "There is no such account.")
    await store.save_title(connection, account_no, title, company.clock.now(), str(actor))


async def _draw(connection: Connection, company: Company, draft: InvoiceDraft) -> Invoice:
    now = company.clock.now().astimezone(SHANGHAI)
    paid = await store.paid_bill(connection, draft.account_no, draft.period, now.date())
    if paid is None:
        if not await store.bill_known(connection, draft.account_no, draft.period, now.date()):
            raise NotKnown("bill.unknown", "The books have no bill of that month.")
        raise Clash("invoice.not_paid", "Only what was paid is invoiced.")
    amount, paid_on = paid
    if (now.date() - paid_on).days > terms_on(company, now).invoice_days:
        raise Clash("invoice.too_old", "The bill was paid too long ago: the hall issues it on paper.")
    await _check_title(connection, draft)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if await store.other_kind(connection, draft.account_no, draft.kind, month):
        raise Clash("invoice.other_kind", "The account got an invoice of the other kind this month.")
    number = await next_number(connection, company.policy.payment.invoice_letter, now.date())
    who = (draft.kind, draft.title, draft.tax_no)
    return Invoice(number, draft.account_no, draft.period, *who, amount, "issued", now)


async def _check_title(connection: Connection, draft: InvoiceDraft) -> None:
    if not draft.tax_no:
        return
    known = await store.title(connection, draft.account_no, draft.tax_no, draft.title)
    if known is None or (draft.kind == "special" and not known.general_taxpayer):
        raise Clash("invoice.title_unproven", "The hall has to see the papers of this title first.")
