"""What happens to an account in its life: it gets another holder, another name, or ends; every change is kept."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.accounts import changes, store
from utility.accounts.profiles import rules_now
from utility.accounts.values import Account
from utility.actors import Actor
from utility.company import Company
from utility.errors import Clash, InvalidRequest, NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number
from utility.payments import service as payments


async def hold_account(connection: Connection, account_no: str) -> Account:
    """Reads an open account and holds it until the transaction ends.

    Raises:
        NotKnown: `account.unknown`.
        Clash: `account.closed`.
    """
    account = await store.account(connection, account_no, hold=True)
    if account is None:
        raise NotKnown("account.unknown", "There is no such account.")
    if account.status == "closed":
        raise Clash("account.closed", "The account is closed; nothing of it changes any more.")
    return account


async def close_account(connection: Connection, company: Company, account_no: str, actor: Actor) -> Account:
    """Ends an account (销户): its contacts, contract and codes end with it; who was bound may still read its past.

    Raises:
        NotKnown: `account.unknown`.
        Clash: `account.closed`; `account.in_arrears` (fields: payable).
    """
    account = await hold_account(connection, account_no)
    await payments.arrears_block(connection, company, account_no)
    now = company.clock.now()
    await changes.close(connection, account_no, now.date())
    await changes.void_codes(connection, account_no)
    await changes.end_contacts(connection, account_no, now.date())
    before, after = {"status": account.status}, {"status": "closed", "closed_on": now.date().isoformat()}
    await changes.note(connection, account_no, "closed", actor, now, before=before, after=after)
    await emit(connection, Event("account.closed", now, account_no, account_no, data={"closed_on": f"{now:%Y-%m-%d}"}))
    return await _read(connection, account_no)


async def change_holder(
    connection: Connection, company: Company, account_no: str, actor: Actor, *, name: str, phone: str
) -> Account:
    """Gives an account to another person (过户): the old holder's bindings, contacts and own tags leave with them.

    Raises:
        NotKnown: `account.unknown`.
        Clash: `account.closed`; `account.in_arrears` (fields: payable).
        InvalidRequest: `field.invalid`, the name is empty or the phone is none.
    """
    account = await hold_account(connection, account_no)
    now = company.clock.now()
    rules = rules_now(company)
    _check_name(name)
    if not rules.is_phone(phone):
        raise InvalidRequest("field.invalid", "phone", "The phone is not of a form that can be reached.")
    await payments.arrears_block(connection, company, account_no)
    customer_id = await next_number(connection, rules.letters["customer"], now.date())
    tags = rules.staying(account.tags)
    old_customer = await changes.give_to(connection, account_no, customer_id, name=name, phone=phone, tags=tags)
    await changes.unbind_everybody(connection, account_no)
    await changes.end_contacts(connection, account_no, now.date())
    await changes.add_holder(connection, account_no, name, phone, now.date())
    before = {"customer_id": old_customer, "name": account.name, "phone": account.contact_phone}
    after = {"customer_id": customer_id, "name": name, "phone": phone}
    await changes.note(connection, account_no, "holder_changed", actor, now, before=before, after=after)
    await emit(connection, Event("account.holder_changed", now, account_no, account_no))
    return await _read(connection, account_no)


async def rename(connection: Connection, company: Company, account_no: str, actor: Actor, *, name: str) -> Account:
    """Puts the same holder's name right (更名): bindings stay, and arrears do not stand against it.

    Raises:
        NotKnown: `account.unknown`.
        Clash: `account.closed`.
        InvalidRequest: `field.invalid`, the name is empty.
    """
    account = await hold_account(connection, account_no)
    _check_name(name)
    now = company.clock.now()
    await changes.rename(connection, account_no, name)
    await changes.note(
        connection, account_no, "renamed", actor, now, before={"name": account.name}, after={"name": name}
    )
    await emit(connection, Event("account.renamed", now, account_no, account_no))
    return await _read(connection, account_no)


def _check_name(name: str) -> None:
    if not name.strip():
        raise InvalidRequest("field.invalid", "name", "A holder has a name.")


async def _read(connection: Connection, account_no: str) -> Account:
    account = await store.account(connection, account_no)
    if account is None:
        raise NotKnown("account.unknown", "There is no such account.")
    return account
