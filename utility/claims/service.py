"""Claims for customers: filing, adding items, agreeing, disputing, withdrawing, in the caller's transaction.

A claim is a work order of the kind `claim`; every use case but filing holds that order first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from runtime.clock import SHANGHAI
from runtime.postgres import Connection, transaction
from utility import actors
from utility.accounts import store as accounts
from utility.accounts.bindings import access_account
from utility.accounts.profiles import check_contact_phone
from utility.accounts.values import Account, Person
from utility.claims import rules, store
from utility.claims.telling import known, tell
from utility.claims.values import Claim, ClaimTable, Filing, Item, PayBy
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.orders import service as orders
from utility.orders.telling import held
from utility.orders.values import Draft, WorkOrder
from utility.orders.worktime import Limit

_VISIT = "appliance_claim_visit"
_HOUR = 3600
# Until the items are assessed, more may be added.
_TAKES_ITEMS = ("filed", "visit_booked", "visited")


async def file_claim(connection: Connection, company: Company, person: Person, filing: Filing) -> Claim:
    """Files a claim; one event of an account is claimed for once.

    Raises:
        Forbidden: `account.not_bound`.
        InvalidRequest: `field.invalid`, nobody can be called at that phone.
        Clash: `claim.not_residential`, `claim.not_happened`, `claim.too_late`, `claim.already_filed` (field order_no),
            and those of a list of items.
    """
    account = await access_account(connection, person, filing.account_no)
    check_contact_phone(company, filing.contact_phone)
    now, table = company.clock.now(), claim_table(company, filing.happened_at)
    rules.check_filing(account.residential, filing.happened_at, company.policy.claim, now)
    rules.check_items(filing.items, 0, _day(filing.happened_at), table)
    event = await store.event_at(connection, account.area_id, filing.happened_at, table.after_restore)
    order = await _open(connection, company, person, account, filing, event or f"{_day(filing.happened_at)}")
    await store.add_claim(
        connection,
        order.order_no,
        account.account_no,
        happened_at=filing.happened_at,
        outage_no=event,
        visit_by=order.filed_at + company.policy.claim.visit,
    )
    await store.add_items(connection, order.order_no, filing.items, 0)
    return await tell(connection, company, order.order_no, "claim.filed", actor_of(person))


async def add_items(
    connection: Connection, company: Company, person: Person, claim_no: str, items: Sequence[Item]
) -> Claim:
    """Adds items to a claim that is not assessed yet.

    Raises:
        NotKnown: `claim.unknown`, somebody else's too.
        Clash: `claim.state`, and those of a list of items.
    """
    claim = await _held_for(connection, person, claim_no)
    check_state(claim, *_TAKES_ITEMS)
    rules.check_items(items, len(claim.items), _day(claim.happened_at), claim_table(company, claim.happened_at))
    await store.add_items(connection, claim_no, items, len(claim.items))
    return await tell(connection, company, claim_no, "claim.itemized", actor_of(person))


async def agree(connection: Connection, company: Company, person: Person, claim_no: str, pay_by: PayBy) -> Claim:
    """Takes the offer, and how it is to be paid.

    Raises:
        NotKnown: `claim.unknown`, somebody else's too.
        Clash: `claim.state`, `claim.account_closed` (there is no account to credit).
    """
    claim = await _held_for(connection, person, claim_no)
    check_state(claim, "offered")
    await check_payable(connection, claim, pay_by)
    await orders.advance(connection, company, claim_no, "agreed", actor_of(person))
    await store.set_pay_by(connection, claim_no, pay_by)
    return await tell(connection, company, claim_no, "claim.agreed", actor_of(person))


async def dispute(connection: Connection, company: Company, person: Person, claim_no: str, note: str) -> Claim:
    """Turns the offer down; it is assessed again.

    Raises:
        NotKnown: `claim.unknown`, somebody else's too.
        Clash: `claim.state`.
    """
    claim = await _held_for(connection, person, claim_no)
    check_state(claim, "offered")
    await orders.suspend(connection, company, claim_no, "in_dispute", actor_of(person), note)
    return await tell(connection, company, claim_no, "claim.disputed", actor_of(person), note)


async def withdraw(connection: Connection, company: Company, person: Person, claim_no: str, note: str) -> Claim:
    """Takes a claim back before it is paid.

    Raises:
        NotKnown: `claim.unknown`, somebody else's too.
        Clash: `claim.state`.
    """
    claim = await _held_for(connection, person, claim_no)
    check_state(claim, *_TAKES_ITEMS, "waiting_customer", "assessed", "offered", "in_dispute")
    await orders.suspend(connection, company, claim_no, "withdrawn", actor_of(person), note)
    return await tell(connection, company, claim_no, "claim.withdrawn", actor_of(person), note)


async def read(company: Company, person: Person, claim_no: str) -> Claim:
    """Reads a claim that `person` filed or that is on an account of theirs.

    Raises:
        NotKnown: `claim.unknown`, somebody else's too.
    """
    async with transaction(company.pool) as connection:
        return await _theirs(connection, person, claim_no)


async def list_of(company: Company, person: Person, *, after: tuple[datetime, str] | None, most: int) -> list[Claim]:
    """Lists the claims of a person's accounts, the newest first."""
    async with transaction(company.pool) as connection:
        bound = [account.account_no for account in await accounts.bound_accounts(connection, person)]
        return await store.claims_of(connection, bound, after=after, most=most)


def claim_table(company: Company, happened_at: datetime) -> ClaimTable:
    """Returns the table that held when something happened."""
    return company.claim_tables.at(_day(happened_at), company.regions).value


def check_state(claim: Claim, *wanted: str) -> None:
    """Lets a change through when the claim stands where it may happen.

    Raises:
        Clash: `claim.state`.
    """
    if claim.status not in wanted:
        detail = f"A claim that is {claim.status} does not allow this."
        raise Clash("claim.state", detail, state=claim.status, allowed=list(wanted))


async def check_payable(connection: Connection, claim: Claim, pay_by: PayBy) -> None:
    """Lets a way of paying through when the account can take it.

    Raises:
        Clash: `claim.account_closed`.
    """
    account = await accounts.account(connection, claim.account_no)
    if pay_by is PayBy.CREDIT and (account is None or account.status == "closed"):
        raise Clash("claim.account_closed", "The account is closed: the amount can only be transferred.")


def actor_of(person: Person) -> actors.Actor:
    """Writes a customer as an actor."""
    return actors.customer(person.channel, person.user_id)


async def _open(
    connection: Connection, company: Company, person: Person, account: Account, filing: Filing, event: str
) -> WorkOrder:
    draft = Draft(
        kind="claim",
        owner=claim_table(company, filing.happened_at).owner,
        subject=f"claim:{event}",
        account_no=account.account_no,
        channel=person.channel,
        channel_user=person.user_id,
        contact_phone=filing.contact_phone or account.contact_phone,
        region_id=await connection.fetchval(
            "select region_id from transformer_areas where area_id = $1", account.area_id
        ),
        area_id=account.area_id,
        text=filing.text,
        limit=Limit(_VISIT, Decimal(int(company.policy.claim.visit.total_seconds())) / _HOUR, "hour"),
    )
    try:
        return await orders.open_order(connection, company, draft, actor_of(person))
    except Clash as refused:
        detail = "The account has a claim of this event already: items are added to it."
        raise Clash("claim.already_filed", detail, **refused.fields) from refused


async def _held_for(connection: Connection, person: Person, claim_no: str) -> Claim:
    await _theirs(connection, person, claim_no)
    await held(connection, claim_no)
    return await known(connection, claim_no)


async def _theirs(connection: Connection, person: Person, claim_no: str) -> Claim:
    claim = await store.claim(connection, claim_no)
    if claim is not None and (
        await store.is_filed_by(connection, claim_no, person)
        or await accounts.bound_account(connection, person, claim.account_no)
    ):
        return claim
    raise NotKnown("claim.unknown", "There is no such claim of this person.")


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
