"""The mends of Rasa's engine: faster, and the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import rasa.core.processor
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, SlotSet, UserUttered

from bot.engine import mend_engine
from bot.graph import SequentialGraphRunner

# Everything that a mend replaces.
_REPLACED: tuple[tuple[Any, str], ...] = (
    (RemoteAction, "_validate_action_result"),
    (Event, "resolve_by_type"),
    (Domain, "is_empty"),
    (rasa.core.processor, "DaskGraphRunner"),
)


@contextmanager
def _mended_engine() -> Iterator[None]:
    """The mended engine, put back as it was behind it."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in _REPLACED:
            patch.setattr(owner, name, owner.__dict__[name])
        mend_engine()
        yield


@pytest.fixture(autouse=True)
def mended() -> Iterator[None]:
    """The mended engine for one test."""
    with _mended_engine():
        yield


def _engine() -> list[Any]:
    return [owner.__dict__[name] for owner, name in _REPLACED]


def test_a_test_leaves_the_engine_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name in _REPLACED:
        monkeypatch.setattr(owner, name, lambda *_: None)
    before = _engine()

    with _mended_engine():
        inside = _engine()

    assert [old is new for old, new in zip(before, inside, strict=True)] == [False] * len(_REPLACED)
    assert _engine() == before


def test_mending_twice_is_the_same_as_once() -> None:
    once = _engine()[1:]

    mend_engine()

    assert _engine()[1:] == once


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


def test_event_types_are_looked_up_once() -> None:
    assert Event.resolve_by_type("slot") is Event.resolve_by_type("slot")
    assert Event.resolve_by_type.cache_info().hits > 0


def test_the_graph_runs_in_a_row() -> None:
    assert rasa.core.processor.DaskGraphRunner is SequentialGraphRunner


@pytest.mark.parametrize(
    ("domain", "empty"),
    [
        pytest.param(Domain.empty(), True, id="empty"),
        pytest.param(Domain.from_dict({"intents": ["affirm"]}), False, id="with an intent"),
    ],
)
def test_a_domain_knows_whether_it_is_empty(domain: Domain, empty: bool) -> None:
    assert [domain.is_empty(), domain.is_empty()] == [empty, empty]


def test_a_domain_is_asked_once_whether_it_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Domain] = []
    monkeypatch.setattr(Domain, "is_empty", lambda domain: bool(asked.append(domain)))
    mend_engine()
    domain = Domain.empty()

    answers = [domain.is_empty(), domain.is_empty()]

    assert (answers, len(asked)) == ([False, False], 1)
