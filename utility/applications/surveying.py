"""Gathers what an application's preconditions look at: the account, its money, its place, the people: the SQL of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from runtime.postgres import Connection
from utility.applications import store
from utility.applications.figures import Figures
from utility.applications.situation import Situation, Supply
from utility.applications.values import Facts
from utility.company import Company
from utility.payments import service as payments


@dataclass(frozen=True)
class Asking:
    """Whom and what an application is about: the account or the place, the facts, who is counted in it."""

    facts: Facts
    account_no: str | None
    place: str
    persons: tuple[str, ...] = ()
    strange: int = 0
    except_for: str = ""
    other_account_no: str = ""


async def survey(connection: Connection, company: Company, figures: Figures, asking: Asking) -> Situation:
    """Reads the situation as the books have it now."""
    today, account_no = company.clock.now().date(), asking.account_no
    supply = await supply_of(connection, figures, account_no) if account_no else None
    money = await payments.standing(connection, company, account_no) if account_no else None
    elsewhere = await store.counted_elsewhere(connection, asking.persons, account_no, today) if asking.persons else None
    return Situation(
        today=today,
        calendar=company.calendar,
        figures=figures,
        facts=asking.facts,
        supply=supply,
        overdue=money.overdue if money else Decimal("0.00"),
        damages=money.damages if money else Decimal("0.00"),
        payable=money.payable - min(money.balance, Decimal(0)) if money else Decimal("0.00"),
        other_order=await _other_order(connection, account_no, asking.except_for) if account_no else "",
        live_meter=await _live_meter(connection, asking.place) if asking.place else False,
        persons=asking.persons,
        strange=asking.strange,
        elsewhere=elsewhere or frozenset(),
        other=await _other(connection, company, figures, asking.other_account_no),
    )


async def supply_of(connection: Connection, figures: Figures, account_no: str) -> Supply | None:
    """Reads an account as its preconditions see it."""
    row = await connection.fetchrow(
        """select account_no, name, status, plan, area_id, phase, capacity_kw, tags, extra,
                  (select max(since) from plan_changes c where c.account_no = accounts.account_no
                   and (plan_before like '%tou%') <> (plan_after like '%tou%')) as tou_since
        from accounts where account_no = $1""",
        account_no,
    )
    if row is None:
        return None
    arranged = await _arranged(connection, account_no)
    extra = row["extra"]
    return Supply(
        **{name: row[name] for name in ("account_no", "name", "status", "plan", "area_id", "phase", "capacity_kw")},
        tou_since=row["tou_since"],
        transformers=tuple(Decimal(str(kw)) for kw in extra.get("transformers", ())),
        open_case=not figures.open_case_tags.isdisjoint(row["tags"]),
        reduced="reduced" in arranged,
        down_since=arranged.get("taken_down"),
    )


async def _arranged(connection: Connection, account_no: str) -> dict[str, date]:
    rows = await connection.fetch(
        "select kind, since from account_arrangements where account_no = $1 and ended_on is null order by since",
        account_no,
    )
    return {row["kind"]: row["since"] for row in rows}


async def _other_order(connection: Connection, account_no: str, except_for: str) -> str:
    """Finds the application in progress on an account; a draft is not in progress."""
    found = await connection.fetchval(
        """select order_no from work_orders join applications on application_no = order_no
        where account_no = $1 and order_no <> $2 and closed_at is null and state <> 'draft'
        order by filed_at limit 1""",
        account_no,
        except_for,
    )
    return str(found or "")


async def _live_meter(connection: Connection, place: str) -> bool:
    """Tells whether an account that is not closed stands at exactly this address."""
    wanted = "".join(place.split())
    return bool(
        await connection.fetchval(
            """select exists (select from accounts where status <> 'closed'
            and $1 in (address, regexp_replace(address, '^' || city, '')))""",
            wanted,
        )
    )


async def _other(connection: Connection, company: Company, figures: Figures, account_no: str) -> Supply | None:
    """Reads the second account of a merger; None when it is closed or owes something."""
    supply = await supply_of(connection, figures, account_no) if account_no else None
    if supply is None or supply.status == "closed":
        return None
    money = await payments.standing(connection, company, account_no)
    return None if money.payable > 0 else supply
