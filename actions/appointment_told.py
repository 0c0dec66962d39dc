"""How appointments and halls are told: day, hours, who comes, until when it may be changed."""

from __future__ import annotations

from actions.appointment_slots import day_words, slot_words
from actions.visit import Visit
from backend.models import Appointment, Hall
from conversation.reply import Card

_WORDS = "utter_appointment_words"
_HALLS_SHOWN = 2


def appointment_values(visit: Visit, made: Appointment) -> dict[str, str | int]:
    """What a sentence about an appointment needs."""
    return {
        "number": made.appointment_no,
        "type": made.business_type,
        "slot": slot_words(visit, made.slot),
        "hours": f"{made.slot.starts:%H:%M}-{made.slot.ends:%H:%M}",
        "until": visit.moment(made.change_until),
        "visitor": made.visitor.who,
        "tail": made.account_no[-4:],
        "phone": made.contact_phone_masked,
    }


def appointment_card(visit: Visit, made: Appointment) -> Card:
    """Lays out an appointment."""
    words, values = visit.wording.of(_WORDS), appointment_values(visit, made)
    rows = [
        (words["row_type"], made.business_type),
        (words["row_when"], words["when"].format(slot=values["slot"], hours=values["hours"])),
        (words["row_who"], made.visitor.who),
        (words["row_phone"], made.contact_phone_masked),
        (words["row_until"], str(values["until"])),
    ]
    return Card("order", words["title"].format(number=made.appointment_no), tuple(row for row in rows if row[1]))


def visit_name_said(visit: Visit) -> str:
    """The name of who will be there: an entity, or a surname said as one."""
    named = visit.entity("customer_name")
    surname = visit.wording.patterns["surname"].search(visit.text)
    return named or (surname.group(1) if surname else "")


def visit_type_said(visit: Visit) -> str:
    """What somebody is to come for, in the company's word or the taxonomy's."""
    values = [str(value) for value in visit.tracker.get_latest_entity_values("business_type")]
    by_entity = visit.wording.option("visit_type_named", values[-1]) if values else None
    return by_entity or visit.option("visit_type") or ""


async def tell_halls(visit: Visit, region: str, head: str = "utter_appointment_halls") -> None:
    """Tells the halls of a region, or every one, as they stand now."""
    halls = await visit.backend.halls(region=region)
    halls = halls or await visit.backend.halls()
    words = visit.wording.of(_WORDS)
    visit.say(head, halls=words["hall_separator"].join(hall_words(visit, hall) for hall in halls[:_HALLS_SHOWN]))


def hall_words(visit: Visit, hall: Hall) -> str:
    """One hall in a line: where, and whether it is open."""
    words = visit.wording.of(_WORDS)
    if hall.open_now and hall.open_until:
        state = words["hall_open"].format(until=f"{hall.open_until:%H:%M}")
    elif hall.opens_next:
        state = words["hall_closed"].format(
            opens=words["opens"].format(day=day_words(visit, hall.opens_next.date()), time=f"{hall.opens_next:%H:%M}")
        )
    else:
        state = ""
    return words["hall"].format(name=hall.name, address=hall.address, state=state)
