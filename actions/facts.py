"""What an agent has done and promised: known from the first turn after them, so that nothing of it is asked again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rasa_sdk.events import SlotSet

from actions.visit import Visit
from runtime.privacy import mask_text

# When the facts were left that this talk has taken up.
_TAKEN = "facts_taken"
# What the customer wanted besides and was kept for later (actions/asks.py).
_LEFT = "open_asks"


def take_facts(visit: Visit) -> list[dict[str, Any]]:
    """Fills the slots an agent has filled already, once for each service; what the customer said since stands.

    What was left for later before the agent came has been heard by a person, and is not offered again.
    """
    facts, slots = visit.facts, visit.tracker.slots
    if not facts or slots.get(_TAKEN) == facts["at"]:
        return []
    events = [SlotSet(_TAKEN, facts["at"])]
    for name, value in facts["slots"].items():
        if not slots.get(name):
            slots[name] = value
            events.append(SlotSet(name, value))
    if slots.get(_LEFT):
        slots[_LEFT] = None
        events.append(SlotSet(_LEFT, None))
    slots[_TAKEN] = facts["at"]
    return events


def tell_promises(visit: Visit) -> bool:
    """Tells what an agent has promised and by when; False when nothing was."""
    promised = visit.facts.get("promised") or ()
    now = visit.services.clock.now()
    for promise in promised:
        text, agent = mask_text(promise["text"]), visit.facts["agent"]
        late = promise["at"] and datetime.fromisoformat(promise["at"]) < now
        visit.say("utter_repair_promise_late" if late else "utter_repair_promised_by_agent", agent=agent, promise=text)
    return bool(promised)


def order_left(visit: Visit) -> str:
    """The number of the order an agent has left, or nothing."""
    return next(iter(visit.facts.get("orders") or ()), "")
