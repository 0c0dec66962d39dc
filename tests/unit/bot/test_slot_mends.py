"""The mends of slots: whatever is set and reset, a tracker tells what Rasa's tells, and shares nothing it changes."""

from __future__ import annotations

from typing import Any

import pytest
import rasa.shared.core.trackers
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot import slot_mends
from bot.slot_mends import mend_slots
from tests.unit.bot.test_tracker_mends import _OFTEN

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
slots:
  account_no: {type: text, mappings: [{type: custom}]}
  places: {type: list, mappings: [{type: custom}]}
  sure: {type: bool, mappings: [{type: custom}]}
  count: {type: float, initial_value: 1, max_value: 9, mappings: [{type: custom}]}
  outcome: {type: categorical, values: [complete, abandoned], mappings: [{type: custom}]}
  said: {type: any, influence_conversation: false, mappings: [{type: custom}]}
"""
)
_VALUES = st.sampled_from([None, True, 0, 3.5, "complete", "", "should_not_be_set", ["a"], []])
_SET = st.tuples(st.sampled_from([slot.name for slot in DOMAIN.slots]), _VALUES)
_ACTS = st.lists(st.one_of(_SET, st.none()), max_size=25)


@pytest.fixture(autouse=True)
def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mended slots for one test; what they were before comes back."""
    for (owner, name), own in slot_mends.STOCK.items():
        monkeypatch.setattr(owner, name, own)
    monkeypatch.setattr(rasa.shared.core.trackers, "copy", rasa.shared.core.trackers.copy)
    mend_slots()


def told(acts: list[tuple[str, Any] | None]) -> dict[str, Any]:
    """What a tracker tells after slots were set, or all reset."""
    tracker = DialogueStateTracker("web:v1", DOMAIN.slots)
    for act in acts:
        tracker._set_slot(*act) if act else tracker._reset_slots()
    return {
        "values": tracker.current_slot_values(),
        "set": {name: slot.has_been_set for name, slot in tracker.slots.items()},
        "kinds": {name: type(slot) for name, slot in tracker.slots.items()},
        "state": Domain._get_slots_sub_state(tracker),
        "of what was set": Domain._get_slots_sub_state(tracker, omit_unset_slots=True),
    }


@given(acts=_ACTS)
@_OFTEN
def test_slots_that_are_shared_tell_what_copies_tell(acts: list[tuple[str, Any] | None]) -> None:
    ours = told(acts)
    with pytest.MonkeyPatch.context() as patch:
        for (owner, name), own in slot_mends.STOCK.items():
            patch.setattr(owner, name, own)
        patch.setattr(rasa.shared.core.trackers.copy, "copy", slot_mends.twin)

        assert ours == told(acts)


def test_what_one_tracker_sets_no_other_and_no_domain_sees() -> None:
    one, other = (DialogueStateTracker("web:v1", DOMAIN.slots) for _ in range(2))

    one._set_slot("account_no", "6201011006117")

    assert (one.get_slot("account_no"), other.get_slot("account_no")) == ("6201011006117", None)
    assert [slot.value for slot in DOMAIN.slots if slot.name == "account_no"] == [None]


def test_a_slot_that_was_set_is_as_fresh_after_a_reset_as_one_that_never_was() -> None:
    tracker = DialogueStateTracker("web:v1", DOMAIN.slots)
    tracker._set_slot("count", 5)

    tracker._reset_slots()

    assert (tracker.get_slot("count"), tracker.slots["count"].has_been_set) == (1, False)


def test_a_slot_nobody_knows_is_refused_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    tracker = DialogueStateTracker("web:v1", DOMAIN.slots)

    tracker._set_slot("unheard_of", 1)

    assert "non existent slot" in caplog.text
    assert "unheard_of" not in tracker.slots
