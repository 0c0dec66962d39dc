"""Masked by default: full values leave only with the scope `unmasked` and a `Purpose:` of the list, and are noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sanic import Request

from runtime.postgres import Connection, transaction
from utility.company import Company
from utility.counter import fields
from utility.counter.access import Client, Scope
from utility.counter.answers import company_of
from utility.counter.fields import Text
from utility.errors import Forbidden, InvalidRequest

PURPOSE = Text(pattern=r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True)
class Sight:
    """How much this request may see; `full` only with a purpose."""

    client: str = ""
    actor: str = ""
    purpose: str = ""

    @property
    def full(self) -> bool:
        """Whether names, addresses and phones are shown whole."""
        return bool(self.purpose)


MASKED = Sight()


def sight_of(request: Request) -> Sight:
    """Reads how much the request may see: masked, unless it names a purpose and its token may look.

    Raises:
        InvalidRequest: the purpose is not one of utility/data/purposes.yml.
        Forbidden: `token.scope`, the token may not see full values.
    """
    purpose = fields.header(request, "Purpose", PURPOSE)
    if not purpose:
        return MASKED
    client: Client = request.ctx.client
    if Scope.UNMASKED not in client.scopes:
        raise Forbidden("token.scope", "The token may not see full values.", scope=Scope.UNMASKED.value)
    company = company_of(request)
    today = company.clock.now().date()
    if purpose not in company.purposes.at(today, company.regions).value:
        raise InvalidRequest("field.invalid", "Purpose", "There is no such purpose.")
    actor = request.headers.get("Acting-Staff") or request.headers.get("Acting-User") or ""
    return Sight(client.name, actor[:160], purpose)


async def note_disclosure(
    connection: Connection, sight: Sight, kind: str, subjects: Sequence[str], at: datetime
) -> None:
    """Notes whose full values are shown, to whom and for what; a masked sight leaves no note.

    Args:
        kind: what is shown: `account`, `order`, `payment` ...
        subjects: the numbers of what is shown.
    """
    if not sight.full:
        return
    await connection.executemany(
        "insert into disclosures (at, client, actor, purpose, kind, subject) values ($1, $2, $3, $4, $5, $6)",
        [(at, sight.client, sight.actor, sight.purpose, kind, subject) for subject in subjects],
    )


async def disclose(company: Company, sight: Sight, kind: str, subjects: Sequence[str]) -> None:
    """Notes a look in a transaction of its own, before the values leave."""
    if sight.full:
        async with transaction(company.pool) as connection:
            await note_disclosure(connection, sight, kind, subjects, company.clock.now())
