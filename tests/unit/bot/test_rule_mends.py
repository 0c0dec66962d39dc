"""The mends of the policy of rules: whatever is talked, it predicts what Rasa predicts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    DefinePrevUserUtteredFeaturization,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

import bot.graph
from bot import rule_mends
from bot.rule_mends import has_no_say, mend_rules, reach, tail
from tests.unit.bot.test_tracker_mends import _OFTEN, DOMAIN, told

_LISTEN = {"action_name": "action_listen"}
_RULES = [
    ([{"prev_action": _LISTEN, "user": {"intent": "bill_query"}}], "action_show_bill"),
    (
        [
            {"prev_action": _LISTEN, "user": {"intent": "bill_query"}},
            {"prev_action": {"action_name": "action_show_bill"}, "user": {"intent": "bill_query"}},
        ],
        "action_listen",
    ),
    ([{"prev_action": _LISTEN, "user": {"intent": "affirm"}, "slots": {"outcome": [1.0, 0.0, 0.0]}}], "bill_form"),
    (
        [{"active_loop": {"name": "should_not_be_set"}, "prev_action": {"action_name": "bill_form"}}],
        "action_listen",
    ),
    ([{"slots": {"outcome": [0.0, 1.0, 0.0]}}], "action_show_bill"),
    ([{"active_loop": {"name": "bill_form"}, "prev_action": _LISTEN, "user": {"intent": "affirm"}}], "action_listen"),
]
_UNHAPPY = [
    (
        [{"active_loop": {"name": "bill_form"}, "prev_action": _LISTEN, "user": {"intent": "affirm"}}],
        "loop_was_interrupted",
    ),
]


def policy(rules: list[tuple[list[dict[str, Any]], str]] = _RULES) -> RulePolicy:
    lookup = {
        "rules": {json.dumps(states, sort_keys=True): action for states, action in rules},
        "rules_for_loop_unhappy_path": {json.dumps(states, sort_keys=True): mark for states, mark in _UNHAPPY},
        "rules_not_in_stories": [json.dumps(_RULES[0][0], sort_keys=True), "handling active loops and forms - x"],
    }
    config = {**RulePolicy.get_default_config(), "core_fallback_action_name": "action_default_fallback"}
    return RulePolicy(config, None, Resource("rules"), ExecutionContext(GraphSchema({}), "m"), lookup=lookup)


def stock(tracker: DialogueStateTracker, rules: RulePolicy) -> PolicyPrediction:
    with pytest.MonkeyPatch.context() as patch:
        for (owner, name), own in rule_mends.STOCK.items():
            patch.setattr(owner, name, own)
        return rules.predict_action_probabilities(tracker, DOMAIN)


@pytest.fixture(autouse=True)
def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mended policy for one test; what it was before comes back."""
    for (owner, name), own in rule_mends.STOCK.items():
        monkeypatch.setattr(owner, name, own)
    mend_rules()


def heard(intent: str) -> UserUttered:
    return UserUttered("好", {"name": intent})


_ACTIONS = st.sampled_from(["action_listen", "action_show_bill", "bill_form"])
_EVENT: st.SearchStrategy[Event] = st.one_of(
    st.builds(ActionExecuted, _ACTIONS),
    st.builds(heard, st.sampled_from(["affirm", "bill_query"])),
    st.builds(SlotSet, st.just("outcome"), st.sampled_from([None, "complete", "abandoned"])),
    st.builds(ActiveLoop, st.sampled_from(["bill_form", None])),
    st.builds(ActionExecutionRejected, st.just("bill_form")),
    st.builds(DefinePrevUserUtteredFeaturization, st.booleans()),
)


@given(events=st.lists(_EVENT, max_size=30))
@_OFTEN
def test_the_rules_predict_what_they_predict_of_the_whole_history(events: list[Event]) -> None:
    rules = policy()

    assert rules.predict_action_probabilities(told(events), DOMAIN) == stock(told(events), rules)


@given(events=st.lists(_EVENT, max_size=30), length=st.integers(min_value=1, max_value=6))
@_OFTEN
def test_the_last_states_are_those_of_all_states(events: list[Event], length: int) -> None:
    tracker = told(events)

    assert tail(tracker, DOMAIN, length) == tracker.past_states(DOMAIN)[-length:]


@given(events=st.lists(_EVENT, max_size=24), steps=st.lists(st.integers(1, 5), min_size=1, max_size=24))
@_OFTEN
def test_a_tracker_that_goes_on_is_replayed_from_where_it_stood(events: list[Event], steps: list[int]) -> None:
    tracker, length = told([]), 3

    for step in steps:
        came, events = events[:step], events[step:]
        for event in came:
            tracker.update(event)

        assert tail(tracker, DOMAIN, length) == tracker.past_states(DOMAIN)[-length:]


def test_a_state_is_written_anew_once_a_policy_has_said_how_its_message_is_read() -> None:
    tracker = told([ActionExecuted("action_listen"), heard("affirm"), ActionExecuted("bill_form")])
    before = tail(tracker, DOMAIN, 3)

    tracker.latest_message.use_text_for_featurization = False

    assert tail(tracker, DOMAIN, 3) == tracker.past_states(DOMAIN)[-3:] != before


def test_one_state_more_than_the_longest_rule_is_looked_at() -> None:
    assert reach(policy()) == 3


@pytest.mark.parametrize(
    ("events", "yields"),
    [
        pytest.param([ActionExecuted("action_listen"), heard("affirm")], True, id="a message outside forms"),
        pytest.param([ActiveLoop("bill_form"), ActionExecuted("action_listen")], False, id="an open form"),
        pytest.param([ActionExecutionRejected("bill_form")], False, id="an action just rejected"),
        pytest.param([ActionExecutionRejected("bill_form"), ActionExecuted("action_listen")], True, id="one before"),
    ],
)
def test_the_rules_yield_where_they_may_not_overrule(events: list[Event], yields: bool) -> None:
    assert has_no_say(policy(), told(events)) is yields


def test_rules_written_for_the_text_of_a_message_never_yield() -> None:
    texts = [([{"prev_action": _LISTEN, "user": {"text": "好"}}], "action_show_bill")]

    assert not has_no_say(policy(texts), told([ActionExecuted("action_listen")]))


@pytest.mark.parametrize(
    ("priority", "confidence", "decided"),
    [(17, 1.0, True), (17, 0.9, False), (0, 1.0, False)],
    ids=["certain above", "unsure above", "certain below"],
)
def test_rules_are_passed_over_behind_a_certain_policy_above_them(
    priority: int, confidence: float, decided: bool
) -> None:
    made = PolicyPrediction([0.0, confidence], "SomePolicy", priority)
    results = {"domain_provider": DOMAIN, "__tracker__": told([ActionExecuted("action_listen")]), "some": made}

    assert bot.graph._is_decided(policy(), results) is decided
