"""The mends of Rasa's tracker: whatever is talked, copied and applied is what Rasa copies and applies."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest
import rasa.shared.core.trackers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.actions.action import ActionExtractSlots, ActionSessionStart
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot import slot_mends, tracker_mends
from bot.slot_mends import twin
from bot.tracker_mends import applied_events, carried_over, copied, mend_trackers

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [affirm, bill_query]
entities: [town]
slots:
  account_no: {type: text, mappings: [{type: custom}]}
  count: {type: float, initial_value: 1, mappings: [{type: custom}]}
  outcome: {type: categorical, values: [complete, abandoned], mappings: [{type: custom}]}
forms: {bill_form: {required_slots: []}, outage_form: {required_slots: []}}
actions: [action_show_bill]
"""
)
_STOCK = tracker_mends.STOCK
_copy, _applied = _STOCK[DialogueStateTracker, "copy"], _STOCK[DialogueStateTracker, "applied_events"]
_extract = _STOCK[ActionExtractSlots, "run"]

_NAMES = st.sampled_from(["action_listen", "action_show_bill", "bill_form", "outage_form"])
_EVENT: st.SearchStrategy[Event] = st.one_of(
    st.builds(ActionExecuted, _NAMES),
    st.builds(ActionExecuted, _NAMES),
    st.builds(lambda text: UserUttered(text, {"name": "affirm"}), st.sampled_from(["好", "不"])),
    st.builds(BotUttered, st.just("您好")),
    st.builds(SlotSet, st.sampled_from(["account_no", "count", "outcome"]), st.sampled_from([None, 1, "complete"])),
    st.builds(ActiveLoop, st.sampled_from(["bill_form", "outage_form", None])),
    st.builds(ActionExecutionRejected, st.sampled_from(["bill_form", "outage_form"])),
    st.builds(LoopInterrupted, st.booleans()),
    st.builds(FollowupAction, _NAMES),
    st.sampled_from([UserUtteranceReverted, ActionReverted, Restarted, SessionStarted]).map(lambda kind: kind()),
    st.sampled_from([AllSlotsReset, ConversationPaused, ConversationResumed]).map(lambda kind: kind()),
)
_TALKS = given(events=st.lists(_EVENT, max_size=40))
_OFTEN = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True)
def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mended tracker for one test; what it was before comes back."""
    for owner, name in [*_STOCK, *slot_mends.STOCK, (ActionSessionStart, "_slot_set_events_from_tracker")]:
        monkeypatch.setattr(owner, name, owner.__dict__[name])
    monkeypatch.setattr(rasa.shared.core.trackers, "copy", rasa.shared.core.trackers.copy)
    mend_trackers()


def told(events: list[Event]) -> DialogueStateTracker:
    tracker = DialogueStateTracker("web:v1", DOMAIN.slots)
    for event in events:
        tracker.update(event)
    return tracker


def inside(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Everything that a tracker holds."""
    return {
        **tracker.current_state(EventVerbosity.ALL),
        "set": {name: slot.has_been_set for name, slot in tracker.slots.items()},
        "kinds": {name: type(slot) for name, slot in tracker.slots.items()},
        "ids": [id(event) for event in tracker.events],
        "heard": id(tracker.latest_message) if tracker.latest_message and tracker.latest_message.text else None,
        "said": tracker.latest_bot_utterance and tracker.latest_bot_utterance.text,
        "of": (tracker.model_id, tracker.assistant_id, tracker.sender_source, tracker.is_rule_tracker),
    }


@_TALKS
@_OFTEN
def test_a_copy_is_the_one_rasa_makes(events: list[Event]) -> None:
    tracker = told(events)

    assert inside(copied(tracker)) == inside(_copy(tracker))


@_TALKS
@_OFTEN
def test_a_copy_of_what_was_predicted_is_the_one_rasa_makes(events: list[Event]) -> None:
    tracker = told(events)
    tracker.clear_followup_action()

    assert inside(copied(tracker)) == inside(_copy(tracker))


@_TALKS
@_OFTEN
def test_the_events_that_apply_are_those_rasa_applies(events: list[Event]) -> None:
    tracker = DialogueStateTracker("web:v1", DOMAIN.slots)

    for event in events:
        tracker.update(event)

        assert list(map(id, applied_events(tracker))) == list(map(id, _applied(tracker)))


@_TALKS
@_OFTEN
def test_a_copy_applies_what_it_gains_itself(events: list[Event]) -> None:
    tracker = told(events[: len(events) // 2])
    applied_events(tracker)
    other = copied(tracker)
    for event in events[len(events) // 2 :]:
        other.update(event)

    assert list(map(id, applied_events(other))) == list(map(id, _applied(other)))
    assert list(map(id, applied_events(tracker))) == list(map(id, _applied(tracker)))


def test_a_copy_shares_no_state_with_its_original() -> None:
    tracker = told([ActiveLoop("bill_form"), SlotSet("account_no", "6201011006117")])
    other = copied(tracker)

    other.update(SlotSet("account_no", None))
    other.update(ActionExecutionRejected("bill_form"))

    assert tracker.get_slot("account_no") == "6201011006117"
    assert (tracker.is_active_loop_rejected, len(tracker.events)) == (False, 2)


@pytest.mark.parametrize("slot", DOMAIN.slots, ids=lambda slot: str(slot.name))
def test_a_twin_of_a_slot_is_its_copy(slot: Any) -> None:
    assert (type(twin(slot)), twin(slot).__dict__) == (type(slot), copy.copy(slot).__dict__)


@_TALKS
@_OFTEN
def test_a_new_session_knows_what_it_knew_with_every_value_there_ever_was(events: list[Event]) -> None:
    tracker = told(events)
    every = [SlotSet(event.key, event.value) for event in _applied(tracker) if isinstance(event, SlotSet)]

    last = carried_over(tracker)

    assert told(list(last)).current_slot_values() == told(list(every)).current_slot_values()
    assert len(last) == len({event.key for event in every})


async def extract(domain: Domain) -> tuple[list[Event], list[Event]]:
    heard = UserUttered("星河市", {"name": "affirm"}, [{"entity": "town", "value": "星河市"}])
    tracker = DialogueStateTracker.from_events("web:v1", [ActionExecuted("action_listen"), heard], domain.slots)
    asked = CollectingOutputChannel(), TemplatedNaturalLanguageGenerator({}), tracker, domain
    return await ActionExtractSlots(None).run(*asked), await _extract(ActionExtractSlots(None), *asked)


async def test_where_actions_fill_all_slots_nothing_is_extracted() -> None:
    ours, theirs = await extract(DOMAIN)

    assert (ours, theirs) == ([], [])


async def test_a_slot_that_rasa_fills_is_filled() -> None:
    mapped = {"type": "text", "mappings": [{"type": "from_entity", "entity": "town"}]}
    domain = Domain.from_dict({**DOMAIN.as_dict(), "slots": {**DOMAIN.as_dict()["slots"], "town": mapped}})

    ours, theirs = await extract(domain)

    assert [(event.key, event.value) for event in ours if isinstance(event, SlotSet)] == [("town", "星河市")]
    assert ours == theirs


def test_what_applies_is_kept_for_this_history_only() -> None:
    tracker = told([ActionExecuted("action_listen")])
    applied_events(tracker)

    other = told([])
    other.__dict__["_gridtalk_applied"] = dataclasses.replace(tracker.__dict__["_gridtalk_applied"])

    assert applied_events(other) == []
