"""Words that belong to what was just told lead to its action; inside a form, or long after, they do not."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot, Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.follow_ups import FollowUpPolicy

_AWAITED = [{"action": "action_follow_planned", "says": ["改天"], "exactly": ["好"], "intents": [], "longer_than": 0}]
_OPEN = [{**_AWAITED[0], "intents": ["nlu_fallback"], "longer_than": 4}]


@pytest.fixture
def policy() -> FollowUpPolicy:
    nothing: Any = None
    context = ExecutionContext(GraphSchema({}), "model")
    return FollowUpPolicy(FollowUpPolicy.get_default_config(), nothing, Resource("policy"), context)


def _after(*events: Event, awaited: list[dict[str, Any]] = _AWAITED) -> DialogueStateTracker:
    slots: list[Slot] = [AnySlot(name, mappings=[{}]) for name in ("follow_ups", "open_asks", "paused_form")]
    told: list[Event] = [UserUttered("停电吗", {"name": "outage_info_query"}), SlotSet("follow_ups", awaited)]
    return DialogueStateTracker.from_events("web:v1", [*told, *events], slots)


def _said(text: str, intent: str = "out_of_scope", **parsed: Any) -> list[Event]:
    data: Any = {"text": text, "intent": {"name": intent}, **parsed}
    heard = UserUttered(text, {"name": intent}, parse_data=data)
    return [ActionExecuted("action_listen"), heard]


def test_words_of_what_was_told_lead_to_its_action(policy: FollowUpPolicy) -> None:
    assert policy.choose(_after(*_said("能不能改天啊"))) == "action_follow_planned"


@pytest.mark.parametrize(("text", "chosen"), [("好", "action_follow_planned"), ("好贵", None)])
def test_an_exact_phrase_is_all_of_the_message(policy: FollowUpPolicy, text: str, chosen: str | None) -> None:
    assert policy.choose(_after(*_said(text))) == chosen


@pytest.mark.parametrize(("text", "chosen"), [("就是那样嘛", "action_follow_planned"), ("哦", None)])
def test_a_list_may_take_what_nobody_can_read(policy: FollowUpPolicy, text: str, chosen: str | None) -> None:
    assert policy.choose(_after(*_said(text, "nlu_fallback"), awaited=_OPEN)) == chosen


@pytest.mark.parametrize("intent", ["danger_report", "request_human", "cancel_flow"])
def test_danger_a_person_and_leaving_are_never_a_follow_up(policy: FollowUpPolicy, intent: str) -> None:
    assert policy.choose(_after(*_said("改天", intent))) is None


def test_several_asks_are_served_one_by_one_instead(policy: FollowUpPolicy) -> None:
    assert policy.choose(_after(*_said("改天，查电费", asks=[{}, {}]))) is None


def test_inside_a_form_nothing_is_a_follow_up(policy: FollowUpPolicy) -> None:
    assert policy.choose(_after(ActiveLoop("bill_form"), *_said("改天"))) is None


def test_long_after_the_words_mean_nothing_of_it(policy: FollowUpPolicy) -> None:
    talk = [event for _ in range(7) for event in _said("查电费", "bill_query")]

    assert policy.choose(_after(*talk, *_said("改天"))) is None


def test_after_its_action_the_bot_listens(policy: FollowUpPolicy) -> None:
    assert policy.choose(_after(*_said("改天"), ActionExecuted("action_follow_planned"))) == "action_listen"
