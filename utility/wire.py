"""How the company's facts look outside: masked, money and energy as text, times in the city's own zone."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from runtime.clock import SHANGHAI
from runtime.privacy import mask_name, mask_phone
from utility.values import Account, Bill, FaultOrder, Money, MonthUsage, Outage, Place, SentCode

Json = dict[str, Any]


def account(value: Account) -> Json:
    """Shows an account: name by its first character, address to the estate, phone by 3 and 4 digits."""
    return {
        "account_no": value.account_no,
        "name_masked": mask_name(value.name),
        "address_masked": f"{value.city}{value.region}{value.street}{value.estate}",
        "area_id": value.area_id,
        "region": value.region,
        "status": value.status,
        "billing": value.billing,
        "phone_masked": mask_phone(value.contact_phone),
        "tags": list(value.tags),
    }


def sent_code(value: SentCode) -> Json:
    """Shows that a code is on its way, never the code."""
    return {
        "account_no": value.account_no,
        "phone_masked": mask_phone(value.phone),
        "expires_at": _time(value.expires_at),
        "resend_after_s": value.resend_after_s,
    }


def bill(value: Bill) -> Json:
    """Shows a bill with its lines."""
    return {
        "account_no": value.account_no,
        "period": value.period,
        "days": value.days,
        "kwh": _number(value.kwh),
        "tier": value.tier,
        "lines": [
            {
                "code": line.code,
                "name": line.name,
                "quantity": _number(line.quantity),
                "price": _number(line.price),
                "amount": _number(line.amount),
            }
            for line in value.lines
        ],
        "total": _number(value.total),
        "issued": value.issued.isoformat(),
        "due": value.due.isoformat(),
        "status": value.status,
        "paid_on": value.paid_on.isoformat() if value.paid_on else None,
    }


def usage(value: MonthUsage) -> Json:
    """Shows the running month."""
    return {
        "account_no": value.account_no,
        "period": value.period,
        "kwh": _number(value.kwh),
        "until": value.until.isoformat(),
        "tier": value.tier,
        "left_in_tier": None if value.left_in_tier is None else _number(value.left_in_tier),
    }


def money(value: Money) -> Json:
    """Shows how an account stands."""
    return {
        "account_no": value.account_no,
        "billing": value.billing,
        "balance": _number(value.balance),
        "owed": _number(value.owed),
        "overdue": _number(value.overdue),
        "damages": _number(value.damages),
        "payable": _number(value.payable),
        "reconnect": _number(value.reconnect),
        "days_left": value.days_left,
    }


def place(value: Place) -> Json:
    """Shows a place."""
    return {
        "area_id": value.area.area_id,
        "estate": value.area.estate,
        "building": value.building,
        "region": value.area.region,
        "region_kind": value.area.region_kind,
        "text": value.text,
    }


def outage(value: Outage) -> Json:
    """Shows an outage."""
    return {
        "outage_no": value.outage_no,
        "kind": value.kind,
        "status": value.status,
        "area_ids": list(value.area_ids),
        "cause": value.cause,
        "crew_status": value.status if value.kind == "fault" else "",
        "started": _time(value.started),
        "eta": _time(value.eta),
        "eta_said_at": _time(value.eta_said_at),
        "next_update_by": _time(value.next_update_by),
        "planned_from": _time(value.planned_from),
        "planned_to": _time(value.planned_to),
        "restored": _time(value.restored),
    }


def fault_order(value: FaultOrder) -> Json:
    """Shows an order with its timeline; of the address only the community."""
    return {
        "order_no": value.order_no,
        "parent_no": value.parent_no,
        "outage_no": value.outage_no,
        "account_no": value.account_no,
        "address_masked": value.community,
        "status": value.status,
        "open": value.open,
        "severity": value.severity,
        "scope": value.scope,
        "symptom": value.symptom,
        "crew": value.crew,
        "reported": _time(value.reported),
        "arrive_by": _time(value.arrive_by),
        "arrive_minutes": value.arrive_minutes,
        "eta": _time(value.eta),
        "timeline": [{"status": s.status, "at": _time(s.at), "note": s.note} for s in value.timeline],
    }


def _time(value: datetime | None) -> str | None:
    return value.astimezone(SHANGHAI).isoformat() if value else None


def _number(value: Decimal) -> str:
    return f"{value:f}"
