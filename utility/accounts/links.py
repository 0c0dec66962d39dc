"""One person with two identities: what one has bound is bound to the other, on the word of the client that knows both.

A client acts for every identity of its channels already: a link gives it no account that it could not have asked for.
What it gains is kept with its evidence, so that a wrong link can be found and undone.
"""

from __future__ import annotations

from runtime.postgres import Connection
from utility.accounts import store
from utility.accounts.values import Account, Person
from utility.company import Company

_KEEP = """
    insert into binding_links values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (channel, channel_user, evidence) do nothing
"""


async def take_over(
    connection: Connection, company: Company, person: Person, source: Person, *, evidence: str, client: str
) -> list[Account]:
    """Binds to `person` what is bound to `source`; returns everything that is bound to `person` now.

    Nothing is taken from `source`. The same link again adds what was bound there meanwhile, and no second record.
    """
    await store.hold_person(connection, person)
    now = company.clock.now()
    known = {account.account_no for account in await store.bound_accounts(connection, person)}
    gained = [
        account.account_no
        for account in await store.bound_accounts(connection, source)
        if account.account_no not in known
    ]
    for account_no in gained:
        await store.bind(connection, person, account_no, now)
    ends = (person.channel, person.user_id, source.channel, source.user_id)
    await connection.execute(_KEEP, *ends, evidence, client, gained, now)
    return await store.bound_accounts(connection, person)
