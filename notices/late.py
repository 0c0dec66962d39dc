"""When a fault's estimate is about to pass and nobody has said anything: the affected hear that it may be missed.

Pure. The company's own word of a lateness brings a new estimate and takes this one's place: nobody hears both.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from notices.facts import Fact, Happening, Reading, Values
from notices.kinds import Rules

KIND = "outage_overdue"
# Who was just told an estimate is not told in the same breath that it may be missed.
_SETTLED = timedelta(minutes=10)


def with_warning(event: Happening, before: Values, reading: Reading, rules: Rules, now: datetime) -> Reading:
    """Adds what an event of a fault means for the warning of its estimate: planned, planned anew, or dropped."""
    known = reading.known
    if known.get("kind") != "fault" or reading.over:
        return reading
    eta, old = known.get("eta"), before.get("eta")
    drops = (f"{_key(event.subject, old)}",) if old and old != eta else ()
    runs = eta is not None and datetime.fromisoformat(eta) > now  # one that passed while nobody ran was told to nobody
    facts = (_warning(event, known, rules),) if runs else ()
    return Reading(known, (*reading.facts, *facts), (*reading.drops, *drops), reading.over, reading.note)


def _warning(event: Happening, known: Values, rules: Rules) -> Fact:
    eta = datetime.fromisoformat(known["eta"])
    said = datetime.fromisoformat(known["eta_said_at"])
    due = min(max(eta - rules.late_lead, said + _SETTLED), eta)
    return Fact(
        key=_key(event.subject, known["eta"]),
        kind=KIND,
        story=f"outage/{event.subject}",
        due_at=due,
        worth_until=eta + rules.late_lead,
        given={"eta": known["eta"]},
        area_ids=tuple(known["area_ids"]),
    )


def _key(subject: str, eta: str) -> str:
    return f"outage/{subject}/overdue/{eta}"
