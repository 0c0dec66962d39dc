"""Several asks in one message and the answers to offers: when they are served, offered, dropped, and when not."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot, Slot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.offers import OffersPolicy
from conversation.offer import Ask, Choice, Offer

BILL = Ask("bill_query", "查下电费")
DISPUTE = Ask("bill_dispute", "电费怎么回事")
ONE = Offer((Choice("查电费账单", ("查吧",), BILL),), ("不用了",))
TWO = Offer((Choice("查电费账单", ("1",), BILL), Choice("核对电费", ("2",), DISPUTE)), ("都不是",))
TWO_ASKS: Any = {
    "asks": [{"intent": "outage_report", "start": 0, "end": 3}, {"intent": "bill_query", "start": 3, "end": 9}]
}


def choose(*events: Event) -> str | None:
    nothing: Any = None
    context = ExecutionContext(GraphSchema({}), "model")
    policy = OffersPolicy(OffersPolicy.get_default_config(), nothing, Resource("policy"), context)
    slots: list[Slot] = [AnySlot(name, mappings=[{}]) for name in ("open_asks", "offer", "form_outcome")]
    return policy.choose(DialogueStateTracker.from_events("web:v1", [ActionExecuted("action_listen"), *events], slots))


def said(text: str, intent: str, parsed: Any = None) -> UserUttered:
    return UserUttered(text, {"name": intent, "confidence": 1.0}, parse_data=parsed)


def offered(offer: Offer, action: str = "action_offer_ask") -> list[Event]:
    return [SlotSet("offer", offer.to_wire()), ActionExecuted(action), ActionExecuted("action_listen")]


def kept(ask: Ask = BILL) -> SlotSet:
    return SlotSet("open_asks", [ask.to_wire()])


def test_a_message_with_several_asks_is_taken_apart() -> None:
    assert choose(said("停电了顺便查下电费", "outage_report", TWO_ASKS)) == "action_serve_ask"


def test_several_asks_are_taken_apart_also_where_the_whole_was_not_understood() -> None:
    assert choose(said("停电了顺便查下电费", "nlu_fallback", TWO_ASKS)) == "action_serve_ask"


def test_danger_is_never_taken_apart() -> None:
    assert choose(said("冒火了顺便查下电费", "danger_report", TWO_ASKS)) is None


def test_an_open_form_keeps_its_question() -> None:
    assert choose(ActiveLoop("outage_form"), said("停电了顺便查下电费", "outage_report", TWO_ASKS)) is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("查电费账单", "nlu_fallback"),
        ("查 电费账单。", "pay_bill"),
        ("查吧", "out_of_scope"),
        ("行吧", "affirm"),
        ("看9月的", "bill_query"),
    ],
    ids=["pressed", "typed like the button", "a word for yes", "a yes", "the same business in other words"],
)
def test_an_offer_is_taken(text: str, intent: str) -> None:
    assert choose(*offered(ONE), said(text, intent)) == "action_serve_ask"


@pytest.mark.parametrize(
    ("text", "intent"), [("不用了", "nlu_fallback"), ("算啦不要", "deny")], ids=["pressed", "a no"]
)
def test_an_offer_is_declined(text: str, intent: str) -> None:
    assert choose(*offered(ONE), said(text, intent)) == "action_drop_offer"


def test_another_business_leaves_an_offer_open() -> None:
    assert choose(*offered(ONE), said("师傅到哪了", "repair_progress_query")) is None


def test_one_of_two_is_taken_by_its_place() -> None:
    assert choose(*offered(TWO, "action_ask_which"), said("2", "out_of_scope")) == "action_serve_ask"


def test_a_yes_to_a_question_between_two_chooses_neither() -> None:
    assert choose(*offered(TWO, "action_ask_which"), said("是", "affirm")) is None


def test_a_yes_long_after_an_offer_is_none_to_it_but_the_button_still_works() -> None:
    later = [
        *offered(ONE),
        said("你好", "small_talk"),
        ActionExecuted("action_small_talk"),
        ActionExecuted("action_listen"),
    ]

    assert choose(*later, said("好", "affirm")) is None
    assert choose(*later, said("查电费账单", "nlu_fallback")) == "action_serve_ask"


@pytest.mark.parametrize(
    "done", ["action_report_fault", "action_show_repair", "action_update_danger", "utter_deny_noted"]
)
def test_what_was_kept_is_offered_when_a_business_is_done(done: str) -> None:
    assert choose(kept(), said("没有", "deny"), ActionExecuted(done)) == "action_offer_ask"


def test_what_was_kept_is_offered_when_a_form_was_left() -> None:
    events = [kept(), said("算了", "cancel_flow"), ActionExecuted("outage_form"), SlotSet("form_outcome", "abandoned")]

    assert choose(*events) == "action_offer_ask"


def test_a_form_that_is_complete_leads_to_its_business_first() -> None:
    events = [kept(), said("整栋", "outage_report"), ActionExecuted("outage_form"), SlotSet("form_outcome", "complete")]

    assert choose(*events) is None


@pytest.mark.parametrize(
    "done", ["action_small_talk", "action_report_danger", "action_answer_outside", "utter_ask_rephrase"]
)
def test_nothing_is_offered_where_no_business_has_ended(done: str) -> None:
    assert choose(kept(), said("...", "small_talk"), ActionExecuted(done)) is None


@pytest.mark.parametrize(("reason", "action"), [("complaint", None), ("danger", "action_offer_ask")])
def test_a_person_called_in_this_turn_goes_on_with_everything_but_danger(reason: str, action: str | None) -> None:
    called = BotUttered(None, {"custom": {"handoff": {"reason": reason}}})

    assert choose(kept(), said("...", "deny"), called, ActionExecuted("action_update_danger")) == action


def test_an_ask_offered_twice_is_let_go() -> None:
    tired = Ask("bill_query", "查下电费", offered=2)

    assert choose(kept(tired), said("...", "outage_report"), ActionExecuted("action_report_fault")) is None


def test_after_a_no_the_next_ask_is_offered() -> None:
    assert choose(kept(), said("不用了", "deny"), ActionExecuted("action_drop_offer")) == "action_offer_ask"


@pytest.mark.parametrize("done", ["action_offer_ask", "action_drop_offer", "action_ask_which", "action_serve_ask"])
def test_the_bot_listens_after_its_offer(done: str) -> None:
    assert choose(said("...", "deny"), ActionExecuted(done)) == "action_listen"
