"""What somebody bound to an account may read of it, and how an account is found by what its holder knows."""

from __future__ import annotations

import hashlib

import structlog

from runtime.postgres import Connection, transaction
from utility.accounts import contacts, store
from utility.accounts.bindings import access_account
from utility.accounts.rulebook import AccountRules
from utility.accounts.values import Account, Contact, ContactFault, Person, Profile
from utility.company import Company
from utility.errors import Forbidden, InvalidRequest


def rules_now(company: Company) -> AccountRules:
    """Returns the rules of accounts that hold now."""
    return company.account_rules.at(company.clock.now().date(), company.regions).value


def check_contact_phone(company: Company, phone: str) -> None:
    """Refuses a phone at which nobody can be called; none is fine, the one on file counts then.

    Raises:
        InvalidRequest: `field.invalid`, naming `contact_phone`.
    """
    if phone and not rules_now(company).is_phone(phone):
        raise InvalidRequest("field.invalid", "contact_phone", "The phone is not of a form that can be reached.")


async def read_profile(company: Company, person: Person, account_no: str) -> Profile:
    """Reads the profile of a bound account.

    Raises:
        Forbidden: `account.not_bound`.
    """
    async with transaction(company.pool) as connection:
        account = await access_account(connection, person, account_no)
        row = await contacts.profile_row(connection, account_no)
        manager = await contacts.manager(connection, account_no)
    rules = rules_now(company)
    return Profile(
        account=account, tags=rules.told(account.tags), tag_kinds=rules.kinds(account.tags), manager=manager, **row
    )


async def list_contacts(company: Company, person: Person, account_no: str) -> list[Contact]:
    """Lists the contacts of a bound account.

    Raises:
        Forbidden: `account.not_bound`.
    """
    async with transaction(company.pool) as connection:
        await access_account(connection, person, account_no)
        return await contacts.contacts(connection, account_no)


async def list_contact_faults(company: Company, after: str, most: int) -> list[ContactFault]:
    """Lists the contacts that cannot be right, by account number after `after`."""
    rules = rules_now(company)
    async with transaction(company.pool) as connection:
        return await contacts.faults(connection, rules.mobile, rules.land_line, after, most)


async def find_accounts(
    connection: Connection, company: Company, person: Person, *, name: str, phone: str = "", address: str = ""
) -> list[Account]:
    """Finds the open accounts that fit two things their holder knows: the name, and the phone on file or the address.

    Every search is an ask: each account found, and each search that found none, counts against data fishing.

    Raises:
        InvalidRequest: `field.missing`, neither or both of phone and address are given.
        Forbidden: `accounts.too_many`.
    """
    if bool(phone) == bool(address):
        raise InvalidRequest("field.missing", "phone", "The name and exactly one of phone and address find an account.")
    await store.hold_person(connection, person)
    numbers = await _numbers(connection, company, name, phone, address)
    await _count(connection, company, person, numbers or [_miss(name, phone, address)])
    found = [await store.account(connection, number) for number in numbers]
    return [account for account in found if account is not None]


async def _numbers(connection: Connection, company: Company, name: str, phone: str, address: str) -> list[str]:
    most = rules_now(company).candidates_most
    if phone:
        return await contacts.numbers_by_phone(connection, name, phone, most)
    places = company.gazetteer.find(address)
    if len(places) != 1 or not places[0].building:
        return []
    room = company.gazetteer.room_of(address)
    home = (places[0].area.estate, places[0].building, room)
    return await contacts.numbers_by_home(connection, name, home, most) if room else []


async def _count(connection: Connection, company: Company, person: Person, asked: list[str]) -> None:
    rules, now = company.policy.foreign_accounts, company.clock.now()
    known = await store.accounts_asked(connection, person, now - rules.window)
    bound = {account.account_no for account in await store.bound_accounts(connection, person)}
    if len(known | set(asked) - bound) > rules.limit:
        structlog.get_logger().warning("utility.accounts.fished", channel=person.channel, asked=len(known))
        raise Forbidden("accounts.too_many", "Too many different accounts were asked for.")
    for number in asked:
        await store.note_ask(connection, person, number, now)


def _miss(name: str, phone: str, address: str) -> str:
    """Names a search that found nothing, without keeping what was searched for."""
    return "search:" + hashlib.sha256("\n".join((name, phone, address)).encode()).hexdigest()[:24]
