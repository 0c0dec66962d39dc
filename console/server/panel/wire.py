"""How the customer's folder looks to the desk's page: masked, money as text, an account by its reference and tail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from backend.models import (
    Application,
    Appointment,
    AppointmentSlot,
    Bill,
    BoundAccount,
    FaultOrder,
    Money,
    Outage,
    Supply,
    WorkOrder,
)
from console.server.panel.folder import AccountFolder, Folder, Part
from runtime.privacy import mask_text

T = TypeVar("T")
Reference = Callable[[str], str]


def folder_to_wire(folder: Folder, reference: Reference) -> dict[str, Any]:
    """Returns the `CustomerFolder` of contracts/console.openapi.yml."""
    accounts = folder.accounts
    return {
        "accounts": part(accounts, lambda all_of: [_account(one, reference) for one in all_of]),
        "named": [{"ref": reference(one.account_no), **_bound(one)} for one in folder.named],
        "orders": part(folder.orders, lambda orders: [order_to_wire(order) for order in orders]),
        "appointments": part(folder.appointments, lambda page: [_appointment(one, reference) for one in page]),
        "applications": part(folder.applications, lambda page: [_application(one) for one in page]),
    }


def part(read: Part[T], shape: Callable[[T], Any]) -> dict[str, Any]:
    """Writes one part: `{"value"}` or `{"trouble"}`."""
    return {"trouble": read.trouble} if read.value is None else {"value": shape(read.value)}


def order_to_wire(order: WorkOrder) -> dict[str, Any]:
    """Writes a work order; its timeline stands in a single one only."""
    return {
        "order_no": order.order_no,
        "kind": order.kind,
        "type": order.type,
        "status": order.status,
        "open": order.open,
        "owner": order.owner,
        "filed": _moment(order.filed),
        "due": _moment(order.due),
        "paused": order.paused,
        "used_percent": order.used_percent,
        "closed": _moment(order.closed),
        "tail": order.account_no[-4:],
        "text": mask_text(order.text),
        "resolution": mask_text(order.resolution),
        "urges": order.urges,
        "timeline": [
            {"at": _moment(line.at), "by": line.by, "what": line.what, "status": line.status,
             "note": mask_text(line.note)}
            for line in order.timeline
        ],
    }  # fmt: skip


def fault_to_wire(order: FaultOrder) -> dict[str, Any]:
    """Writes what only a fault order has: the promise, the crew, the outage it belongs to."""
    return {
        "arrive_by": _moment(order.arrive_by),
        "eta": _moment(order.eta),
        "crew": order.crew,
        "outage_no": order.outage_no,
        "address_masked": mask_text(order.address_masked),
        "symptom": order.symptom,
        "steps": [
            {"status": step.status, "at": _moment(step.at), "note": mask_text(step.note)} for step in order.timeline
        ],
    }


def slot_to_wire(slot: AppointmentSlot) -> dict[str, Any]:
    """Writes a half day somebody may come in."""
    return {
        "slot_id": slot.slot_id,
        "day": slot.day.isoformat(),
        "period": slot.period,
        "starts": _moment(slot.starts),
        "ends": _moment(slot.ends),
        "free": slot.free,
    }


def _account(folder: AccountFolder, reference: Reference) -> dict[str, Any]:
    account = folder.account
    return {
        "ref": reference(account.account_no),
        **_bound(account),
        "money": part(folder.money, _money),
        "bills": part(folder.bills, lambda bills: [_bill(bill) for bill in bills]),
        "outages": part(folder.outages, lambda outages: [_outage(outage) for outage in outages]),
        "supply": part(folder.supply, _supply),
    }


def _bound(account: BoundAccount) -> dict[str, Any]:
    return {
        "tail": account.tail,
        "name_masked": account.name_masked,
        "address_masked": account.address_masked,
        "phone_masked": account.phone_masked,
        "region": account.region,
        "status": account.status,
        "billing": account.billing,
        "tags": list(account.tags),
    }


def _money(money: Money) -> dict[str, Any]:
    return {
        "balance": _yuan(money.balance),
        "owed": _yuan(money.owed),
        "overdue": _yuan(money.overdue),
        "damages": _yuan(money.damages),
        "payable": _yuan(money.payable),
        "days_left": money.days_left,
    }


def _bill(bill: Bill) -> dict[str, Any]:
    return {
        "period": bill.period,
        "kwh": str(bill.kwh.normalize().to_integral()) if bill.kwh == bill.kwh.to_integral() else str(bill.kwh),
        "tier": bill.tier,
        "total": _yuan(bill.total),
        "due": _day(bill.due),
        "status": bill.status,
        "paid_on": _day(bill.paid_on),
        "lines": [{"name": line.name, "quantity": str(line.quantity), "amount": _yuan(line.amount)}
                  for line in bill.lines],
    }  # fmt: skip


def _outage(outage: Outage) -> dict[str, Any]:
    return {
        "outage_no": outage.outage_no,
        "kind": outage.kind,
        "status": outage.status,
        "cause": outage.cause,
        "started": _moment(outage.started),
        "eta": _moment(outage.eta),
        "eta_said_at": _moment(outage.eta_said_at),
        "planned_from": _moment(outage.planned_from),
        "planned_to": _moment(outage.planned_to),
        "crew_status": outage.crew_status,
        "next_update_by": _moment(outage.next_update_by),
        "next_update_overdue": outage.next_update_overdue,
        "running": is_running(outage),
    }


def is_running(outage: Outage) -> bool:
    """Whether power is away now, as against an outage that is only planned."""
    return outage.started is not None and outage.restored is None


def _supply(supply: Supply) -> dict[str, Any]:
    return {"status": supply.status, "cut_at": _moment(supply.cut_at), "reason": supply.reason}


def _appointment(one: Appointment, reference: Reference) -> dict[str, Any]:
    return {
        "appointment_no": one.appointment_no,
        "account": reference(one.account_no),
        "tail": one.account_no[-4:],
        "business_type": one.business_type,
        "status": one.status,
        "active": one.active,
        "slot": slot_to_wire(one.slot),
        "change_until": _moment(one.change_until),
        "contact_phone_masked": one.contact_phone_masked,
        "visitor": one.visitor.who,
        "result": mask_text(one.result),
    }


def _application(one: Application) -> dict[str, Any]:
    return {
        "application_no": one.application_no,
        "business_type": one.business_type,
        "status": one.status,
        "status_name": one.status_name,
        "open": one.open,
        "started": _moment(one.started),
        "due": _day(one.due),
        "left_workdays": one.left_workdays,
        "paused": one.paused,
        "next_step": one.next_step,
        "missing": [paper.text for paper in one.missing],
        "tail": one.account_no[-4:],
        "manager": {"name": one.manager.name, "phone": one.manager.phone} if one.manager else None,
    }


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
