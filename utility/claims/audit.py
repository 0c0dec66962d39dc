"""Whether every amount of a claim is what the rule gives, and every sum what its items add up to."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from utility.books.difference import Difference
from utility.claims import rules, store
from utility.claims.service import claim_table
from utility.claims.values import Claim, Outcome, PayBy, Verdict
from utility.company import Company


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists what disagrees."""
    found: list[Difference] = []
    for claim in await store.every_claim(connection):
        found.extend(_of_items(company, claim))
        found.extend(_of_sum(claim))
    return found + await _missing(connection) + await _credits(connection)


def _of_items(company: Company, claim: Claim) -> Iterator[Difference]:
    table, day = claim_table(company, claim.happened_at), claim.happened_at.astimezone(SHANGHAI).date()
    for item in claim.items:
        if item.outcome is None:
            continue
        again = rules.assessed(item, Verdict(item.item_no, Outcome(item.outcome)), day, table)
        if again.amount != item.amount:
            yield Difference("claims.item", f"{claim.claim_no}/{item.item_no}", str(item.amount), str(again.amount))


def _of_sum(claim: Claim) -> Iterator[Difference]:
    if claim.offered is not None and claim.offered != rules.offered(claim.items):
        yield Difference("claims.offered", claim.claim_no, str(claim.offered), str(rules.offered(claim.items)))
    owed = claim.offered if claim.status == "archived" and claim.offered else None
    if claim.paid != owed:
        yield Difference("claims.paid", claim.claim_no, str(claim.paid), str(owed))


async def _missing(connection: Connection) -> list[Difference]:
    rows = await connection.fetch(
        """select order_no from work_orders where kind = 'claim'
        and not exists (select from appliance_claims where claim_no = order_no)"""
    )
    return [Difference("claims.missing", row["order_no"], "a work order", "no claim") for row in rows]


async def _credits(connection: Connection) -> list[Difference]:
    rows = await connection.fetch(
        """select c.claim_no, c.paid, p.amount from appliance_claims c
        left join payments p on p.payment_no = c.payment_ref and p.account_no = c.account_no
        where c.pay_by = $1 and c.paid is not null and c.paid is distinct from p.amount""",
        PayBy.CREDIT.value,
    )
    return [Difference("claims.credit", row["claim_no"], str(row["paid"]), str(row["amount"])) for row in rows]
