"""Half days for a visit: what the customer wishes, what is free, and why a wish cannot be; it books nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from actions.account import place_in_list
from actions.form import FormVisit
from actions.questions import Offered, OfferedQuestion
from actions.questions.base import CORRECTING, Wanted
from actions.visit import Visit
from actions.wording import plain
from backend.models import AppointmentSlot

_WORDS = "utter_appointment_words"
_DAY = timedelta(days=1)
# Messages of no business of their own.
_ANSWERING = frozenset({*CORRECTING, "affirm", "nlu_fallback", "small_talk", "out_of_scope", ""})
# "Any other time" looks this far beyond what was shown.
_FURTHER = timedelta(days=31)
SLOT_SLOTS = ("visit_slot", "visit_slot_offers", "visit_day", "visit_period", "visit_why")


@dataclass(frozen=True)
class Found:
    """What is free, the half day that the wish means, or why it cannot be (a name of `utter_appointment_words`)."""

    offers: tuple[AppointmentSlot, ...]
    exact: AppointmentSlot | None = None
    why: str = ""


def day_words(visit: Visit, day: date) -> str:
    """Writes a day with its weekday."""
    words = visit.wording.of(_WORDS)
    return words["day"].format(day=visit.wording.day(day), weekday=words[f"weekday_{day.weekday()}"])


def slot_words(visit: Visit, slot: AppointmentSlot) -> str:
    """Writes a half day as a button shows it."""
    return visit.wording.of(_WORDS)["slot"].format(day=day_words(visit, slot.day), period=slot.period)


def read_wish(visit: FormVisit) -> bool:
    """Takes the day and the half of it that a message names; true when it named either."""
    day, period = _said(visit, "date"), _period_said(visit)
    if day:
        visit.fill(visit_day=day)
    if period:
        visit.fill(visit_period=period)
    return bool(day or period)


def _said(visit: Visit, entity: str) -> str:
    """The first value that is not said to be inconvenient."""
    return next((value for value, busy in _mentioned(visit, entity) if not busy), "")


def _mentioned(visit: Visit, entity: str) -> list[tuple[str, bool]]:
    busy, found = visit.wording.phrases("visit_busy"), []
    for one in visit.tracker.latest_message.get("entities") or []:
        if one["entity"] == entity:
            after = plain(visit.text[one.get("end", len(visit.text)) :])
            found.append((str(one["value"]), after.startswith(busy)))
    return found


def _period_said(visit: Visit) -> str:
    said = _said(visit, "time_period")
    if said:
        return said
    busy = next((value for value, _ in _mentioned(visit, "time_period")), "")
    halves = [visit.wording.value("morning"), visit.wording.value("afternoon")]
    if busy in halves:
        return next(half for half in halves if half != busy)
    return visit.option("visit_hour") or ""


async def find_slots(visit: Visit, account_no: str, visit_type: str) -> Found:
    """Looks for the half day that was wished for; without a wish, what comes soonest."""
    first, last = wished_days(visit)
    today = visit.services.clock.now().date()
    why = ""
    if last and last <= today:
        why = "why_past" if last < today else "why_today"
        first = last = None
    wanted = max(first, today + _DAY) if first else None
    offers = await visit.backend.appointment_slots(account_no, visit_type, visit.user, wanted=wanted)
    if first and not offers:
        why, first, last = "why_not_open", None, None
        offers = await visit.backend.appointment_slots(account_no, visit_type, visit.user)
    of_day = [slot for slot in offers if first and last and first <= slot.day <= last]
    if first and last and not of_day:
        why = "why_day_off" if await _is_day_off(visit, first) else "why_full"
    return _narrowed(visit, offers, of_day, why)


def _narrowed(visit: Visit, offers: list[AppointmentSlot], of_day: list[AppointmentSlot], why: str) -> Found:
    period = str(visit.slot("visit_period") or "")
    halves = (visit.wording.value("morning"), visit.wording.value("afternoon"))
    if period not in ("", *halves, visit.wording.value("all_day")):
        return Found(tuple(of_day or offers), why=why or "why_no_period")
    of_half = [slot for slot in (of_day or offers) if period not in halves or slot.period == period]
    if not of_day:
        return Found(tuple(of_half or offers), why=why)
    if not of_half:
        return Found((*of_day, *(slot for slot in offers if slot not in of_day)), why="why_half_full")
    one_day = len({slot.day for slot in of_half}) == 1
    exact = of_half[0] if len(of_half) == 1 and one_day else None
    return Found(tuple(of_half), exact)


def wished_days(visit: Visit) -> tuple[date | None, date | None]:
    """The first and the last day of the wish; a month or a feast without a day is none."""
    parts = str(visit.slot("visit_day") or "").split("/")
    try:
        return date.fromisoformat(parts[0]), date.fromisoformat(parts[-1])
    except ValueError:
        return None, None


async def _is_day_off(visit: Visit, day: date) -> bool:
    """Nobody goes out on days off; the halls know the calendar, make-up workdays included."""
    halls = await visit.backend.halls()
    ahead = (day - visit.services.clock.now().date()).days
    if not halls or ahead >= _FURTHER.days:
        return day.weekday() > 4
    days = await visit.backend.hall_days(halls[0].hall_id, first=day, days=1)
    return bool(days) and days[0].kind != "weekday"


class SlotQuestion(OfferedQuestion):
    """Which half day: one of those shown, a day and a half day said in any message, the soonest, or others."""

    def __init__(self, ask: str, *, intents: frozenset[str], confirms: str = "", wanted: Wanted | None = None) -> None:
        """Keeps how it is asked, whose messages name days for it, and the summary at which a day corrects it."""
        super().__init__("visit_slot", ask, none="utter_appointment_no_slots", wanted=wanted)
        self._intents = intents
        self._confirms = confirms

    async def offers(self, visit: FormVisit) -> list[Offered]:
        """See base class; the form has looked already."""
        return [Offered(**offer) for offer in visit.slot("visit_slot_offers") or []]

    def values(self, visit: FormVisit) -> dict[str, str | int]:
        """See base class."""
        return {"why": str(visit.slot("visit_why") or "")}

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if self.is_asked(visit):
            await super().read(visit)
            if visit.slot("visit_slot"):
                return
            if self._read_any(visit):
                return
        if self._may_name_a_day(visit) and read_wish(visit):
            visit.fill(visit_slot=None)
        elif visit.requested in (self.slots[0], self._confirms) and visit.option("visit_other"):
            self._look_further(visit)

    def _read_any(self, visit: FormVisit) -> bool:
        offers = visit.slot("visit_slot_offers") or []
        if offers and visit.option("visit_first") and place_in_list(visit, len(offers)) is None:
            visit.fill(visit_slot=offers[0]["value"])
        return bool(visit.slot("visit_slot"))

    def _may_name_a_day(self, visit: FormVisit) -> bool:
        """A day in a message of this business, in an answer, or said alone; not one in a question about others."""
        if visit.intent in self._intents or visit.wording.is_shaped("bare_day", visit.text):
            return True
        return self.may_take(visit) and visit.intent in _ANSWERING

    def _look_further(self, visit: FormVisit) -> None:
        offers = visit.slot("visit_slot_offers") or []
        asked = self.is_asked(visit) and offers
        last = max(date.fromisoformat(offer["about"]["date"]) for offer in offers) if asked else None
        stretch = f"{last + _DAY}/{last + _FURTHER}" if last else None
        visit.fill(visit_slot=None, visit_day=stretch, visit_period=None)


def keep_found(visit: FormVisit, found: Found) -> None:
    """Remembers what is shown, and takes the half day that was meant."""
    shown = (found.exact,) if found.exact else found.offers
    visit.fill(visit_slot_offers=[_offered(visit, slot).to_wire() for slot in shown], visit_why=_why(visit, found))
    if found.exact:
        visit.fill(visit_slot=found.exact.slot_id)


def keep_choice(visit: FormVisit) -> None:
    """Makes the day and half of the chosen half day those that a later correction starts from."""
    chosen = chosen_offer(visit)
    told = {"visit_day": chosen.about["date"], "visit_period": chosen.about["time_period"]} if chosen else {}
    visit.fill(**{slot: value for slot, value in told.items() if visit.slot(slot) != value})


def chosen_offer(visit: Visit) -> Offered | None:
    """The half day that was chosen, as it was shown."""
    offers = (Offered(**offer) for offer in visit.slot("visit_slot_offers") or [])
    return next((offer for offer in offers if offer.value == visit.slot("visit_slot")), None)


def _offered(visit: Visit, slot: AppointmentSlot) -> Offered:
    return Offered(slot_words(visit, slot), slot.slot_id, {"date": slot.day.isoformat(), "time_period": slot.period})


def _why(visit: Visit, found: Found) -> str:
    if not found.why:
        return ""
    first, last = wished_days(visit)
    day = day_words(visit, first) if first and first == last else visit.wording.of(_WORDS)["those_days"]
    return visit.wording.of(_WORDS)[found.why].format(day=day, period=visit.slot("visit_period") or "")
