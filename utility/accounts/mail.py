"""Where letters of an account go: read masked, changed by whoever is bound to it."""

from __future__ import annotations

import re

from runtime.postgres import Connection, transaction
from runtime.privacy import mask_email
from utility.accounts import changes
from utility.accounts.bindings import access_account
from utility.accounts.values import Person
from utility.actors import customer
from utility.company import Company
from utility.errors import Clash

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_READ = "select contact_email from accounts where account_no = $1"


async def read(company: Company, person: Person, account_no: str) -> str:
    """Reads the address; empty: none was given. Raises Forbidden `account.not_bound`."""
    async with transaction(company.pool) as connection:
        await access_account(connection, person, account_no)
        return str(await connection.fetchval(_READ, account_no))


async def change(connection: Connection, company: Company, person: Person, account_no: str, address: str) -> str:
    """Keeps an address, with who gave it and the one before, both masked; an empty one takes it away.

    Raises:
        Forbidden: `account.not_bound`.
        Clash: `mail.invalid`, it cannot be one.
    """
    await access_account(connection, person, account_no)
    if address and not _ADDRESS.fullmatch(address):
        raise Clash("mail.invalid", "The address is not of the form of an e-mail address.")
    before = str(await connection.fetchval(f"{_READ} for update", account_no))
    if address == before:
        return before
    await connection.execute("update accounts set contact_email = $2 where account_no = $1", account_no, address)
    await changes.note(
        connection,
        account_no,
        "mail",
        customer(person.channel, person.user_id),
        company.clock.now(),
        before={"contact_email": mask_email(before)},
        after={"contact_email": mask_email(address)},
    )
    return address
