"""Writes that an account is billed otherwise from a day on: the bill splits at that midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from runtime.postgres import Connection
from utility.actors import Actor
from utility.billing.terms import plan_of
from utility.company import Company
from utility.errors import Clash, InvalidRequest, NotKnown


@dataclass(frozen=True)
class NewPlan:
    """What holds from a day on; an empty plan or class stays as it is."""

    since: date
    plan: str = ""
    customer_class: str = ""
    new_holder: bool = False


async def change_plan(connection: Connection, company: Company, account_no: str, new: NewPlan, actor: Actor) -> None:
    """Changes what an account is billed by; a second change of one day joins the first.

    Raises:
        NotKnown: `account.unknown`.
        Clash: `plan.billed`, that day is in an issued bill.
        InvalidRequest: `field.invalid`, there is no such plan.
    """
    row = await connection.fetchrow("select plan, class from accounts where account_no = $1 for update", account_no)
    if row is None:
        raise NotKnown("account.unknown", "There is no such account.")
    plan, customer_class = new.plan or row["plan"], new.customer_class or row["class"]
    _check_plan(plan)
    last = await connection.fetchval("select max(until) from bills where account_no = $1", account_no)
    if last is not None and new.since < last:
        raise Clash("plan.billed", "That day is in an issued bill.", until=last.isoformat())
    await connection.execute(
        """insert into plan_changes
        (account_no, since, plan_before, plan_after, class_before, class_after, new_holder, noted_at, actor)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (account_no, since) do update set plan_after = excluded.plan_after,
            class_after = excluded.class_after, new_holder = plan_changes.new_holder or excluded.new_holder""",
        *(account_no, new.since, row["plan"], plan, row["class"], customer_class, new.new_holder),
        *(company.clock.now(), str(actor)),
    )
    await connection.execute(
        "update accounts set plan = $2, class = $3 where account_no = $1", account_no, plan, customer_class
    )


def _check_plan(plan: str) -> None:
    try:
        plan_of(plan)
    except ValueError as error:
        raise InvalidRequest("field.invalid", "plan", "There is no such plan.") from error
