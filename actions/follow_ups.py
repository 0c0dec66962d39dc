"""What may be said to what was just told, and which action answers it; the words stand in words/follow_ups.yml.

An answer often draws a few words that mean something only after it: "can't you move it?" to a planned outage, "it was
five times" to a complaint. The action that told it announces them here; bot/policies/follow_ups.py compares.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.visit import Visit

_SLOT = "follow_ups"
PREFIX = "action_follow_"


def await_follow_ups(visit: Visit, *names: str, **open_to: tuple[int, tuple[str, ...]]) -> dict[str, Any]:
    """Has the lists `names` of words/follow_ups.yml lead to `action_follow_<name>` for the next few messages.

    Args:
        visit: the visit in which something was told.
        names: the lists; `contains` phrases anywhere in the message, `exactly` phrases that are all of it.
        open_to: of a list, from which length on any words of which intents are meant for it as well.
    """
    awaited = [_entry(visit, name, *open_to.get(name, (0, ()))) for name in names]
    event: dict[str, Any] = SlotSet(_SLOT, awaited or None)
    return event


def told_just_now(visit: Visit, slot: str, messages: int = 4) -> bool:
    """The slot was set within the last few messages."""
    heard = 0
    for event in reversed(visit.tracker.events):
        if event.get("event") == "slot" and event.get("name") == slot and event.get("value"):
            return heard <= messages
        heard += event.get("event") == "user"
    return False


def _entry(visit: Visit, name: str, longer_than: int, intents: tuple[str, ...]) -> dict[str, Any]:
    return {
        "action": f"{PREFIX}{name}",
        "says": list(visit.wording.phrases(f"follow_{name}", "contains")),
        "exactly": list(visit.wording.phrases(f"follow_{name}", "exactly")),
        "longer_than": longer_than,
        "intents": list(intents),
    }


ACTIONS: tuple[type, ...] = ()
