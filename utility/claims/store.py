"""Claims and their items: the SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from runtime.postgres import Connection
from utility.accounts.values import Person
from utility.claims.values import AssessedItem, Claim, Item, Outcome, PayBy

_SAME = (
    "claim_no", "account_no", "happened_at", "outage_no", "visit_by", "visited_at", "findings", "cause", "refusal",
    "offered", "paid", "paid_at", "payment_ref",
)  # fmt: skip
_CLAIM = f"""
    select {", ".join(f"c.{name}" for name in _SAME)}, c.pay_by, coalesce(o.side_state, o.state) as status,
           o.closed_at is null as active, o.filed_at, o.text, o.contact_phone
    from appliance_claims c join work_orders o on o.order_no = c.claim_no
"""


async def event_at(connection: Connection, area_id: str, happened_at: datetime, after_restore: timedelta) -> str | None:
    """Finds the outage of an area that was on at a moment, or had ended shortly before."""
    found: str | None = await connection.fetchval(
        """select coalesce(o.merged_into, o.outage_no) from outages o join outage_areas a using (outage_no)
        where a.area_id = $1 and coalesce(o.started_at, o.planned_from) <= $2
        and coalesce(a.restored_at, o.restored_at, $2) >= $2 - $3::interval
        order by coalesce(o.started_at, o.planned_from) desc limit 1""",
        *(area_id, happened_at, after_restore),
    )
    return found


async def add_claim(
    connection: Connection,
    claim_no: str,
    account_no: str,
    *,
    happened_at: datetime,
    outage_no: str | None,
    visit_by: datetime,
) -> None:
    """Writes a new claim; its work order is there already."""
    await connection.execute(
        """insert into appliance_claims (claim_no, account_no, happened_at, outage_no, visit_by)
        values ($1, $2, $3, $4, $5)""",
        *(claim_no, account_no, happened_at, outage_no, visit_by),
    )


async def add_items(connection: Connection, claim_no: str, items: Sequence[Item], already: int) -> None:
    """Writes items after those that are there; the caller holds the claim's work order."""
    await connection.executemany(
        """insert into appliance_claim_items (claim_no, item_no, category, name, bought_on, price, receipt)
        values ($1, $2, $3, $4, $5, $6, $7)""",
        [
            (claim_no, number, item.category, item.name, item.bought_on, item.price, item.receipt)
            for number, item in enumerate(items, already + 1)
        ],
    )


async def set_visited(connection: Connection, claim_no: str, at: datetime, findings: str) -> None:
    """Writes when somebody came and what they found."""
    await connection.execute(
        "update appliance_claims set visited_at = $2, findings = $3 where claim_no = $1", claim_no, at, findings
    )


async def set_refusal(connection: Connection, claim_no: str, refusal: str) -> None:
    """Writes why nothing is paid."""
    await connection.execute(
        "update appliance_claims set refusal = $2, cause = '', offered = null where claim_no = $1", claim_no, refusal
    )


async def set_offer(
    connection: Connection, claim_no: str, cause: str, items: Sequence[AssessedItem], offered: Decimal
) -> None:
    """Writes the cause, what was decided of each item, and the sum."""
    await connection.executemany(
        """update appliance_claim_items set outcome = $3, life_years = $4, amount = $5, note = $6
        where claim_no = $1 and item_no = $2""",
        [
            (claim_no, one.item_no, one.outcome.value if one.outcome else "", one.life_years, one.amount, one.note)
            for one in items
        ],
    )
    await connection.execute(
        "update appliance_claims set cause = $2, offered = $3 where claim_no = $1", claim_no, cause, offered
    )


async def set_pay_by(connection: Connection, claim_no: str, pay_by: PayBy) -> None:
    """Writes how the customer wants the amount."""
    await connection.execute("update appliance_claims set pay_by = $2 where claim_no = $1", claim_no, pay_by.value)


async def set_paid(connection: Connection, claim_no: str, amount: Decimal, at: datetime, ref: str) -> None:
    """Writes that the amount was paid out."""
    await connection.execute(
        "update appliance_claims set paid = $2, paid_at = $3, payment_ref = $4 where claim_no = $1",
        *(claim_no, amount, at, ref),
    )


async def claim(connection: Connection, claim_no: str) -> Claim | None:
    """Reads a claim with its items."""
    row = await connection.fetchrow(f"{_CLAIM} where c.claim_no = $1", claim_no)
    return (await _with_items(connection, [row]))[0] if row else None


async def is_filed_by(connection: Connection, claim_no: str, person: Person) -> bool:
    """Tells whether `person` filed it themselves."""
    found = await connection.fetchval(
        "select 1 from work_orders where order_no = $1 and channel = $2 and channel_user = $3",
        *(claim_no, person.channel, person.user_id),
    )
    return bool(found)


async def claims_of(
    connection: Connection, account_nos: Sequence[str], *, after: tuple[datetime, str] | None, most: int
) -> list[Claim]:
    """Lists the claims of accounts, the newest first."""
    at, no = after or (None, "")
    rows = await connection.fetch(
        f"""{_CLAIM} where c.account_no = any($1) and ($2::timestamptz is null or (o.filed_at, c.claim_no) < ($2, $3))
        order by o.filed_at desc, c.claim_no desc limit $4""",
        *(list(account_nos), at, no, most),
    )
    return await _with_items(connection, rows)


async def every_claim(connection: Connection) -> list[Claim]:
    """Lists every claim with its items."""
    return await _with_items(connection, await connection.fetch(f"{_CLAIM} order by c.claim_no"))


async def _with_items(connection: Connection, rows: Sequence[Any]) -> list[Claim]:
    found: dict[str, list[AssessedItem]] = {row["claim_no"]: [] for row in rows}
    items = await connection.fetch(
        "select * from appliance_claim_items where claim_no = any($1) order by claim_no, item_no", list(found)
    )
    for item in items:
        found[item["claim_no"]].append(_item(item))
    return [_claim(row, tuple(found[row["claim_no"]])) for row in rows]


def _claim(row: Any, items: tuple[AssessedItem, ...]) -> Claim:
    more = ("status", "active", "filed_at", "text", "contact_phone")
    pay_by = PayBy(row["pay_by"]) if row["pay_by"] else None
    return Claim(**{name: row[name] for name in (*_SAME, *more)}, pay_by=pay_by, items=items)


def _item(row: Any) -> AssessedItem:
    same = ("category", "name", "bought_on", "price", "receipt")
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    told = Item(**{name: row[name] for name in same})
    return AssessedItem(row["item_no"], told, outcome, row["life_years"], row["amount"], row["note"])
