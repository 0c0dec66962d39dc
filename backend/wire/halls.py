"""How halls and managers look on the wire."""

from __future__ import annotations

from datetime import date

from backend.models import Hall, HallDay, Manager, ManagerContact, ServiceTeam
from backend.wire.reading import Json, read_time


def hall(content: Json) -> Hall:
    """Reads a hall."""
    same = ("hall_id", "name", "region", "address", "phone", "self_service", "open_now")
    return Hall(
        **{name: content[name] for name in same},
        services=tuple(content["services"]),
        open_until=read_time(content["open_until"]),
        opens_next=read_time(content["opens_next"]),
        today=hall_day(content["today"]),
    )


def hall_day(content: Json) -> HallDay:
    """Reads the hours of one day."""
    return HallDay(date.fromisoformat(content["day"]), content["kind"], content["hours"] or "", content["note"])


def contact(content: Json) -> ManagerContact:
    """Reads whom to call."""
    deputy = content["deputy"]
    return ManagerContact(_manager(content["manager"]), _manager(deputy) if deputy else None, content["reach"])


def service_team(content: Json) -> ServiceTeam:
    """Reads who serves an account."""
    grid, key = content["grid_manager"], content["key_account_manager"]
    return ServiceTeam(
        account_no=content["account_no"],
        grid_manager=contact(grid) if grid else None,
        key_account_manager=contact(key) if key else None,
        halls=tuple(hall(one) for one in content["halls"]),
    )


def _manager(content: Json) -> Manager:
    same = ("manager_id", "name", "role", "phone", "hours", "on_duty", "absent")
    return Manager(**{name: content[name] for name in same}, next_on_duty=read_time(content["next_on_duty"]))
