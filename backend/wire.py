"""Reads the utility's answers into models; an answer that does not fit raises, it is never half read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from backend.errors import BackendProtocolError
from backend.models import (
    Bill,
    BillLine,
    BoundAccount,
    CheckCode,
    FaultOrder,
    FaultReport,
    Money,
    MonthUsage,
    OrderStep,
    Outage,
    Place,
)

T = TypeVar("T")
Json = Mapping[str, Any]


def read(parse: Callable[[Json], T], content: Any) -> T:
    """Parses one answer.

    Raises:
        BackendProtocolError: something is missing or has another type than the contract says.
    """
    try:
        return parse(content)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise BackendProtocolError(f"unreadable answer: {error!r}", model=parse.__name__) from error


def read_list(parse: Callable[[Json], T], name: str, content: Any) -> list[T]:
    """Parses the list `name` of an answer.

    Raises:
        BackendProtocolError: as `read`.
    """
    return read(lambda whole: [parse(item) for item in whole[name]], content)


def account(content: Json) -> BoundAccount:
    """Reads a bound account."""
    return BoundAccount(**{**content, "tags": tuple(content["tags"])})


def check_code(content: Json) -> CheckCode:
    """Reads that a code is on its way."""
    return CheckCode(**{**content, "expires_at": datetime.fromisoformat(content["expires_at"])})


def bill(content: Json) -> Bill:
    """Reads a bill with its lines."""
    return Bill(
        account_no=content["account_no"],
        period=content["period"],
        days=content["days"],
        kwh=Decimal(content["kwh"]),
        tier=content["tier"],
        lines=tuple(_bill_line(line) for line in content["lines"]),
        total=Decimal(content["total"]),
        issued=date.fromisoformat(content["issued"]),
        due=date.fromisoformat(content["due"]),
        status=content["status"],
        paid_on=date.fromisoformat(content["paid_on"]) if content["paid_on"] else None,
    )


def _bill_line(content: Json) -> BillLine:
    figures = {name: Decimal(content[name]) for name in ("quantity", "price", "amount")}
    return BillLine(code=content["code"], name=content["name"], **figures)


def month_usage(content: Json) -> MonthUsage:
    """Reads the running month."""
    left = content["left_in_tier"]
    return MonthUsage(
        account_no=content["account_no"],
        period=content["period"],
        kwh=Decimal(content["kwh"]),
        until=date.fromisoformat(content["until"]),
        tier=content["tier"],
        left_in_tier=None if left is None else Decimal(left),
    )


def money(content: Json) -> Money:
    """Reads how an account stands."""
    names = ("balance", "owed", "overdue", "damages", "payable", "reconnect")
    return Money(
        account_no=content["account_no"],
        billing=content["billing"],
        days_left=content["days_left"],
        **{name: Decimal(content[name]) for name in names},
    )


def place(content: Json) -> Place:
    """Reads a place."""
    return Place(**content)


def outage(content: Json) -> Outage:
    """Reads an outage."""
    times = ("started", "eta", "eta_said_at", "next_update_by", "planned_from", "planned_to", "restored")
    return Outage(
        outage_no=content["outage_no"],
        kind=content["kind"],
        status=content["status"],
        area_ids=tuple(content["area_ids"]),
        cause=content["cause"],
        crew_status=content["crew_status"],
        **{name: _time(content[name]) for name in times},
    )


def fault_order(content: Json) -> FaultOrder:
    """Reads an order with its timeline."""
    texts = ("outage_no", "parent_no", "account_no")
    return FaultOrder(
        order_no=content["order_no"],
        status=content["status"],
        severity=content["severity"],
        reported=datetime.fromisoformat(content["reported"]),
        arrive_by=_time(content["arrive_by"]),
        arrive_minutes=content["arrive_minutes"],
        eta=_time(content["eta"]),
        address_masked=content["address_masked"],
        scope=content["scope"],
        symptom=content["symptom"],
        crew=content["crew"],
        timeline=tuple(
            OrderStep(step["status"], datetime.fromisoformat(step["at"]), step["note"]) for step in content["timeline"]
        ),
        **{name: content[name] or "" for name in texts},
    )


def report_body(report: FaultReport) -> dict[str, str]:
    """Writes a report; what was not told is left out, who reports goes into the header."""
    names = (
        "account_no", "area_id", "address", "severity", "scope", "neighbor_power", "symptom", "breaker_state",
        "danger_sign", "phone", "note",
    )  # fmt: skip
    return {name: value for name in names if (value := getattr(report, name))}


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
