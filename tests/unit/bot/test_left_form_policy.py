"""A form left open for long is put aside before it reads the message; within the hours it goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.left_form import LeftFormPolicy
from tests.builders import NOON_BEFORE


def choose(*events: Event, **config: Any) -> str | None:
    nothing: Any = None
    settings = {**LeftFormPolicy.get_default_config(), **config}
    policy = LeftFormPolicy(settings, nothing, Resource("policy"), ExecutionContext(GraphSchema({}), "model"))
    return policy.choose(DialogueStateTracker.from_events("web:v1", [ActionExecuted("action_listen"), *events]))


def said(hours: float, intent: str = "affirm") -> UserUttered:
    at = (NOON_BEFORE + timedelta(hours=hours)).isoformat()
    return UserUttered("...", {"name": intent, "confidence": 1.0}, metadata={"at": at})


def asked(form: str | None = "outage_form") -> list[Event]:
    return [said(0), ActionExecuted("outage_form"), ActiveLoop(form), ActionExecuted("action_listen")]


@pytest.mark.parametrize(("hours", "action"), [(11.9, None), (12.1, "action_leave_form")])
def test_the_hours_decide(hours: float, action: str | None) -> None:
    assert choose(*asked(), said(hours)) == action


def test_the_hours_are_a_setting() -> None:
    assert choose(*asked(), said(2), offer_again_after_h=1) == "action_leave_form"


def test_without_a_form_nothing_is_left() -> None:
    assert choose(*asked(None), said(30)) is None


def test_danger_is_answered_first() -> None:
    assert choose(*asked(), said(30, "danger_report")) is None


def test_the_message_handed_back_is_not_left_again() -> None:
    assert choose(*asked(), said(30), ActionExecuted("action_listen"), said(30)) is None


def test_it_is_heard_before_the_form() -> None:
    assert LeftFormPolicy.overrules_forms
