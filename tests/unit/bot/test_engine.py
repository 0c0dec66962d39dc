"""The mends of Rasa's engine: faster, and the same."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import ActiveLoop, Event, SlotSet, UserUttered

from bot.engine import mend_engine


@pytest.fixture(autouse=True)
def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mended engine, put back as it was after the test."""
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))
    mend_engine()


@pytest.mark.parametrize(
    "result",
    [{}, {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": [{"text": "好"}]}],
    ids=["empty", "slot and response"],
)
def test_a_good_result_of_an_action_passes(result: dict[str, Any]) -> None:
    assert RemoteAction("action_x", None)._validate_action_result(result)


@pytest.mark.parametrize(
    "result",
    [{"events": "none"}, {"events": [{"name": "a"}]}, {"responses": ["好"]}],
    ids=["text", "no type", "no object"],
)
def test_a_bad_result_of_an_action_is_refused(result: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RemoteAction("action_x", None)._validate_action_result(result)


@pytest.mark.parametrize("kind", [SlotSet, ActiveLoop, UserUttered])
def test_event_types_are_found_as_before(kind: type[Event]) -> None:
    assert Event.resolve_by_type(kind.type_name) is kind


def test_an_unknown_event_type_falls_back_as_before() -> None:
    assert Event.resolve_by_type("nothing", SlotSet) is SlotSet
