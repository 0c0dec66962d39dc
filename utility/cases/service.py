"""Takes cases in: the type the facts carry, one open matter per customer, who is answerable, how secret it is."""

from __future__ import annotations

from datetime import timedelta

from runtime.postgres import Connection
from utility import actors
from utility.accounts import store as accounts
from utility.accounts.profiles import check_contact_phone
from utility.accounts.values import Account, Person
from utility.cases import rules, store
from utility.cases.rulebook import CaseRules, CaseType
from utility.cases.values import Facts, Filing, Taken
from utility.company import Company
from utility.errors import Clash, Forbidden
from utility.orders import clock, service
from utility.orders import store as orders
from utility.orders.telling import rules_at
from utility.orders.values import Draft
from utility.outages import store as outages
from utility.outages.policy import rules_of
from utility.outages.rules import count_frequent

_YEAR = timedelta(days=366)


async def file_case(connection: Connection, company: Company, person: Person, filing: Filing) -> Taken:
    """Files a case in the caller's transaction.

    Raises:
        InvalidRequest: `field.invalid`, no such kind, type or secrecy, or nobody can be called at that phone.
        Forbidden: `account.not_bound`.
        Clash: `case.already_open` (fields order_no, state), the same customer's matter is open: it can be urged;
            `case.account_needed`.
    """
    check_contact_phone(company, filing.contact_phone)
    now = company.clock.now()
    book = company.case_rules.at(now.date(), company.regions).value
    asked = rules.type_of(book, filing)
    account = await _account(connection, person, filing, asked)
    facts = await _facts(connection, company, book, asked, account)
    taken, why = rules.taken_as(book, asked, facts)
    area = company.areas.get(account.area_id) if account else None
    why_so = {**rules.told(facts), "asked": asked.name, "why": why}
    draft = rules.draft_of(book, rules_at(company, now), taken, person, filing, account, area, why_so)
    await _check_matter(connection, draft)
    actor = actors.customer(person.channel, person.user_id)
    opened = await service.open_order(connection, company, draft, actor)
    desk = actors.system("cases")
    order = await service.advance(connection, company, opened.order_no, "dispatched", desk)
    return Taken(order, asked.kind, asked.name, why, facts)


async def _account(connection: Connection, person: Person, filing: Filing, asked: CaseType) -> Account | None:
    if not filing.account_no:
        rules.check_account(asked, filing)
        return None
    account = await accounts.bound_account(connection, person, filing.account_no)
    if account is None:
        raise Forbidden("account.not_bound", "The account is not bound to this person.")
    return account


async def _check_matter(connection: Connection, draft: Draft) -> None:
    customer = draft.account_no or f"{draft.channel}:{draft.channel_user}"
    other = await orders.active(connection, customer, draft.subject)
    if other is not None:
        detail = "The same matter is open already: it is urged, not filed again."
        raise Clash("case.already_open", detail, order_no=other.order_no, state=other.status)


async def _facts(
    connection: Connection, company: Company, book: CaseRules, asked: CaseType, account: Account | None
) -> Facts:
    if account is None:
        return Facts()
    now = company.clock.now()
    if asked.matter == rules.FREQUENT:
        found = await outages.outages_since(connection, account.area_id, now - _YEAR, now)
        mine = [outage for outage in found if outage.touches(account.area_id, account.building)]
        counted = count_frequent(mine, rules_of(company, now).frequent, now)
        told = await store.complained_on_line(
            connection, account.area_id, asked.matter, now - timedelta(hours=book.same_line_hours)
        )
        return Facts(counted.counted, counted.frequent, counted.since, told)
    if asked.matter == rules.VOLTAGE:
        since = now - timedelta(days=book.voltage_days)
        return Facts(told_before=tuple(await store.told_before(connection, account.area_id, asked.matter, since)))
    if asked.rule == rules.LATE:
        running = await store.applications(connection, account.account_no)
        late = tuple(order.order_no for order in running if clock.overdue(company.calendar, order, now))
        return Facts(late_applications=late)
    return Facts()
