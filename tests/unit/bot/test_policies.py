"""The deterministic policies: safety before everything, and the count of misunderstandings."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.deterministic import DeterministicPolicy
from bot.policies.media import MediaPolicy
from bot.policies.misunderstanding import MisunderstandingPolicy
from bot.policies.safety_policy import SafetyPolicy


def policy(kind: type[DeterministicPolicy]) -> DeterministicPolicy:
    nothing: Any = None
    return kind(kind.get_default_config(), nothing, Resource("policy"), ExecutionContext(GraphSchema({}), "model"))


def tracker(*events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("web:v1", [ActionExecuted("action_listen"), *events])


def said(intent: str, confidence: float = 1.0) -> UserUttered:
    return UserUttered("...", {"name": intent, "confidence": confidence})


def torn(*between: str) -> UserUttered:
    doubt: Any = {"fallback": {"reason": "unsure", "between": list(between)}}
    return UserUttered("...", {"name": "nlu_fallback", "confidence": 0.6}, parse_data=doubt)


def listen() -> ActionExecuted:
    return ActionExecuted("action_listen")


def test_danger_interrupts_an_open_form() -> None:
    chosen = policy(SafetyPolicy).choose(tracker(ActiveLoop("outage_form"), said("danger_report")))

    assert chosen == "action_report_danger"


def test_what_follows_the_report_is_its_own_to_say() -> None:
    chosen = policy(SafetyPolicy).choose(tracker(said("danger_report"), ActionExecuted("action_report_danger")))

    assert chosen is None


def test_doubtful_danger_is_asked_about() -> None:
    chosen = policy(SafetyPolicy).choose(tracker(said("danger_report", 0.4)))

    assert chosen == "utter_danger_doubt"


def test_the_bot_listens_after_its_doubt() -> None:
    events = [said("danger_report", 0.4), ActionExecuted("utter_danger_doubt")]

    assert policy(SafetyPolicy).choose(tracker(*events)) == "action_listen"


def test_doubtful_danger_leaves_an_open_form_alone() -> None:
    chosen = policy(SafetyPolicy).choose(tracker(ActiveLoop("outage_form"), said("danger_report", 0.4)))

    assert chosen is None


def test_safety_has_no_opinion_on_anything_else() -> None:
    assert policy(SafetyPolicy).choose(tracker(said("bill_query"))) is None


@pytest.mark.parametrize(
    ("missed", "action"),
    [(1, "utter_ask_rephrase"), (2, "utter_offer_human"), (3, "action_hand_over"), (5, "action_hand_over")],
)
def test_misunderstandings_in_a_row_lead_to_a_person(missed: int, action: str) -> None:
    events: list[Event] = []
    for _ in range(missed - 1):
        events += [said("nlu_fallback"), ActionExecuted("utter_ask_rephrase"), listen()]

    assert policy(MisunderstandingPolicy).choose(tracker(*events, said("nlu_fallback"))) == action


def test_an_understood_message_begins_the_count_anew() -> None:
    events = [said("nlu_fallback"), ActionExecuted("utter_ask_rephrase"), listen(), said("bill_query"), listen()]

    assert policy(MisunderstandingPolicy).choose(tracker(*events, said("nlu_fallback"))) == "utter_ask_rephrase"


def test_a_form_counts_its_own_invalid_answers() -> None:
    events = [ActiveLoop("outage_form"), said("nlu_fallback")]

    assert policy(MisunderstandingPolicy).choose(tracker(*events)) is None


def test_a_form_that_ended_on_unread_words_goes_on_by_its_rule() -> None:
    events = [said("nlu_fallback"), ActionExecuted("bill_query_form")]

    assert policy(MisunderstandingPolicy).choose(tracker(*events)) is None


def test_the_bot_listens_after_its_question() -> None:
    events = [said("nlu_fallback"), ActionExecuted("utter_ask_rephrase")]

    assert policy(MisunderstandingPolicy).choose(tracker(*events)) == "action_listen"


def test_torn_between_two_businesses_the_bot_asks_which() -> None:
    chosen = policy(MisunderstandingPolicy).choose(tracker(torn("bill_query", "bill_dispute")))

    assert chosen == "action_ask_which"


def test_torn_between_danger_and_something_else_the_bot_asks_about_the_danger() -> None:
    chosen = policy(MisunderstandingPolicy).choose(tracker(torn("outage_report", "danger_report")))

    assert chosen == "utter_danger_doubt"


def test_the_question_which_was_meant_is_asked_after_a_miss_too() -> None:
    events = [said("nlu_fallback"), ActionExecuted("utter_ask_rephrase"), listen()]

    assert policy(MisunderstandingPolicy).choose(tracker(*events, torn("bill_query", "pay_bill"))) == "action_ask_which"


@pytest.mark.parametrize(
    ("after", "action"),
    [
        pytest.param([said("nlu_fallback")], "utter_offer_human", id="not understood: the second miss"),
        pytest.param([torn("bill_query", "pay_bill")], "utter_offer_human", id="torn again: no second question"),
        pytest.param(
            [said("nlu_fallback"), ActionExecuted("utter_offer_human"), listen(), said("nlu_fallback")],
            "action_hand_over",
            id="and again: a person",
        ),
    ],
)
def test_a_question_that_got_no_answer_counts_as_a_miss(after: list[Event], action: str) -> None:
    asked = [torn("bill_query", "bill_dispute"), ActionExecuted("action_ask_which"), listen()]

    assert policy(MisunderstandingPolicy).choose(tracker(*asked, *after)) == action


def test_a_question_that_got_its_answer_is_no_miss() -> None:
    asked = [torn("bill_query", "bill_dispute"), ActionExecuted("action_ask_which"), listen()]
    answered = [said("nlu_fallback"), ActionExecuted("action_serve_ask"), listen(), said("bill_query"), listen()]

    chosen = policy(MisunderstandingPolicy).choose(tracker(*asked, *answered, said("nlu_fallback")))

    assert chosen == "utter_ask_rephrase"


def test_the_bot_listens_after_asking_which() -> None:
    events = [torn("bill_query", "bill_dispute"), ActionExecuted("action_ask_which")]

    assert policy(MisunderstandingPolicy).choose(tracker(*events)) == "action_listen"


def sent(**metadata: Any) -> UserUttered:
    return UserUttered("[...]", {"name": "nlu_fallback", "confidence": 0.6}, metadata=metadata)


PLACE = {"latitude": 29.0, "longitude": 126.0, "label": ""}


@pytest.mark.parametrize(
    ("message", "action"),
    [
        (sent(location=PLACE), "action_receive_location"),
        (sent(attachment={"kind": "image", "text": ""}), "action_receive_picture"),
        (sent(attachment={"kind": "sticker", "text": ""}), "action_receive_picture"),
        (sent(attachment={"kind": "voice", "text": ""}), "action_voice_unheard"),
        (sent(attachment={"kind": "voice", "text": "停电了"}), None),
        (said("bill_query"), None),
    ],
)
def test_a_message_without_words_is_answered_by_what_it_is(message: UserUttered, action: str | None) -> None:
    assert policy(MediaPolicy).choose(tracker(message)) == action


def test_inside_a_form_a_place_is_the_forms() -> None:
    assert policy(MediaPolicy).choose(tracker(ActiveLoop("outage_form"), sent(location=PLACE))) is None


def test_the_bot_listens_after_a_place() -> None:
    done = tracker(sent(location=PLACE), ActionExecuted("action_receive_location"))

    assert policy(MediaPolicy).choose(done) == "action_listen"


def test_a_picture_is_no_misunderstanding() -> None:
    events = [sent(attachment={"kind": "image", "text": ""}), ActionExecuted("action_receive_picture"), listen()]

    chosen = policy(MisunderstandingPolicy).choose(tracker(*events, said("nlu_fallback")))

    assert chosen == "utter_ask_rephrase"
