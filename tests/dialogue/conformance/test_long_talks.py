"""A talk of any length: what is read of it decides as all of it does, and the mended engine decides as Rasa itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.constants import PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

import bot.graph
from actions.follow_ups import told_just_now
from actions.visit import Services, Visit
from bot import rule_mends, tracker_mends
from tests.builders import FixedClock, read_knowledge, read_wording
from tests.dialogue.conformance.house import House
from tests.dialogue.conformance.long_talk import Recorded, bounded, record, whole
from tests.fakes.backend import FakeBackend
from tools.train import ensure_model

_TURNS, _PLACES = 90, 20
_SEEDS = (7, 23)


@pytest.fixture(scope="module")
def house() -> House:
    """The dialogue, loaded once."""
    return House(ensure_model())


@pytest.fixture
def stock() -> Iterator[pytest.MonkeyPatch]:
    """Rasa's own trackers, rules and graph, until undone."""
    with pytest.MonkeyPatch.context() as patch:
        for (owner, name), own in (tracker_mends.STOCK | rule_mends.STOCK).items():
            patch.setattr(owner, name, own)
        patch.setattr(bot.graph, "_is_decided", lambda *_: False)
        yield patch


def _places(recorded: Recorded, seed: int) -> list[int]:
    """Where something is decided: behind a message or an action, some of all that there are."""
    decides = [place for place, event in enumerate(recorded.events, start=1) if event["event"] in ("user", "action")]
    return sorted(random.Random(seed).sample(decides[len(decides) // 4 : -1], _PLACES))


def _predicted(house: House, tracker: DialogueStateTracker) -> tuple[Any, ...]:
    processor = house.dialogue._agent.processor
    assert processor is not None
    target = processor.model_metadata.core_target
    made: PolicyPrediction = processor.graph_runner.run({PLACEHOLDER_TRACKER: tracker}, [target])[target]
    action = processor.domain.action_names_or_texts[made.max_confidence_index]
    events = [event.as_dict() | {"timestamp": 0} for event in made.events]
    return action, made.max_confidence, made.policy_name, made.is_no_user_prediction, made.hide_rule_turn, events


def _state(tracker: DialogueStateTracker) -> dict[str, Any]:
    state = tracker.current_state(EventVerbosity.NONE)
    loop = {**state.pop("active_loop")}
    said = {name: (loop.pop("trigger_message", None) or {}).get(name) for name in ("text", "intent")}
    latest = {name: (tracker.latest_message.parse_data or {}).get(name) for name in ("text", "intent", "entities")}
    return {**state, "loop": loop, "opened_by": said, "latest_message": latest}


def _read_by_actions(tracker: DialogueStateTracker) -> dict[str, Any]:
    services = Services(FakeBackend(FixedClock()), FixedClock(), read_wording(), read_knowledge())
    visit = Visit(CollectingDispatcher(), Tracker.from_dict(tracker.current_state(EventVerbosity.ALL)), services)
    told = {name for name in tracker.slots if told_just_now(visit, name)}
    return {"topic": visit.topic, "before": visit.topic_before, "told": told}


@pytest.mark.parametrize("seed", _SEEDS)
async def test_a_bounded_talk_is_decided_as_the_whole_one(
    house: House, seed: int, request: pytest.FixtureRequest
) -> None:
    recorded = await record(house, seed, _TURNS)
    places = _places(recorded, seed)
    told = bounded(house, recorded, places)
    ours = [(_predicted(house, tracker), _state(tracker), _read_by_actions(tracker)) for tracker in told]

    request.getfixturevalue("stock")
    all_of_it = [whole(house, recorded, place) for place in places]
    theirs = [(_predicted(house, tracker), _state(tracker), _read_by_actions(tracker)) for tracker in all_of_it]

    assert len(all_of_it[-1].events) > 500
    assert max(len(tracker.events) for tracker in told) < 450
    for place, mine, own in zip(places, ours, theirs, strict=True):
        assert mine == own, f"after {place} events"
