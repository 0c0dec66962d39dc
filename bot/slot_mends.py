"""Mends of a tracker's slots: each tracker copied and reset every slot of the domain, a dozen times in a turn.

Slots are never changed where they stand: whoever sets one puts another in its place, so trackers share the others.
What a tracker tells is what Rasa's tells (tests/unit/bot/test_slot_mends.py holds them side by side).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import rasa.shared.core.trackers
from rasa.shared.core.constants import SHOULD_NOT_BE_SET
from rasa.shared.core.domain import Domain, SubState
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

# What Rasa does itself, by what stands in for it.
STOCK = {
    (DialogueStateTracker, "_set_slot"): DialogueStateTracker._set_slot,
    (DialogueStateTracker, "_reset_slots"): DialogueStateTracker._reset_slots,
    (Domain, "_get_slots_sub_state"): Domain.__dict__["_get_slots_sub_state"],
}
_set_unknown = DialogueStateTracker._set_slot
_FRESH = "_gridtalk_fresh"


def mend_slots() -> None:
    """Applies the mends; doing it twice is the same as once."""
    rasa.shared.core.trackers.copy = SimpleNamespace(copy=shared)  # it copies slots and nothing else
    DialogueStateTracker._set_slot = set_slot
    DialogueStateTracker._reset_slots = reset_slots
    Domain._get_slots_sub_state = staticmethod(slots_sub_state)


def shared(slot: Slot) -> Slot:
    """Stands in for `copy.copy` of a slot, which is shared until it is set."""
    return slot


def twin(slot: Slot) -> Slot:
    """What `copy.copy` makes of a slot."""
    other = object.__new__(type(slot))
    other.__dict__.update(slot.__dict__)
    return other


def set_slot(tracker: DialogueStateTracker, key: str, value: Any) -> None:
    """Stands in for `DialogueStateTracker._set_slot`: another slot with the value takes the place of the old one."""
    if key not in tracker.slots:
        _set_unknown(tracker, key, value)
        return
    other = twin(tracker.slots[key])
    other.value = value
    tracker.slots[key] = other


def reset_slots(tracker: DialogueStateTracker) -> None:
    """Stands in for `DialogueStateTracker._reset_slots`: every slot as it is when nothing was ever set."""
    for key, slot in tracker.slots.items():
        tracker.slots[key] = slot.__dict__.get(_FRESH) or _freshen(slot)


def _freshen(slot: Slot) -> Slot:
    """The slot as Rasa resets it; its twins know the same one."""
    fresh = twin(slot)
    fresh.reset()
    slot.__dict__[_FRESH] = fresh.__dict__[_FRESH] = fresh
    return fresh


def slots_sub_state(tracker: DialogueStateTracker, omit_unset_slots: bool = False) -> SubState:
    """Stands in for `Domain._get_slots_sub_state`, which asks each slot three times for its features."""
    told: SubState = {}
    for name, slot in tracker.slots.items():
        feature = slot.as_feature() if slot is not None and slot.influence_conversation else None
        if not feature or (omit_unset_slots and not slot.has_been_set):
            continue
        if slot.value == SHOULD_NOT_BE_SET:
            told[name] = SHOULD_NOT_BE_SET
        elif any(feature):
            told[name] = tuple(feature)
    return told
