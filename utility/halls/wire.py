"""How halls and managers look outside; their numbers are public service numbers and stand unmasked."""

from __future__ import annotations

from utility.counter.shown import Json, shown_time
from utility.halls.values import Contact, Duty, Hall, OpenDay, ServiceTeam, Standing


def hall(value: Hall, standing: Standing) -> Json:
    """Shows a hall as it stands now."""
    return {
        "hall_id": value.hall_id,
        "name": value.name,
        "region": value.region,
        "address": value.address,
        "phone": value.phone,
        "self_service": value.self_service,
        "services": list(value.services),
        "open_now": standing.open_now,
        "open_until": shown_time(standing.open_until),
        "opens_next": shown_time(standing.opens_next),
        "today": open_day(standing.today),
    }


def open_day(value: OpenDay) -> Json:
    """Shows the hours of one day; none means closed."""
    hours = str(value.hours) if value.hours else None
    return {"day": value.day.isoformat(), "kind": value.kind.value, "hours": hours, "note": value.note}


def contact(value: Contact) -> Json:
    """Shows a manager, the deputy while there is need of one, and who answers now."""
    return {
        "manager": _duty(value.manager),
        "deputy": _duty(value.deputy) if value.deputy else None,
        "reach": value.reach.manager.manager_id if value.reach else None,
    }


def service_team(value: ServiceTeam) -> Json:
    """Shows who serves an account."""
    return {
        "account_no": value.account_no,
        "grid_manager": contact(value.grid_manager) if value.grid_manager else None,
        "key_account_manager": contact(value.key_account) if value.key_account else None,
        "halls": [hall(known, standing) for known, standing in value.halls],
    }


def _duty(value: Duty) -> Json:
    manager = value.manager
    return {
        "manager_id": manager.manager_id,
        "name": manager.name,
        "role": manager.role,
        "phone": manager.phone,
        "hours": manager.hours,
        "on_duty": value.on_duty,
        "absent": value.absent,
        "next_on_duty": shown_time(value.next_on_duty),
    }
