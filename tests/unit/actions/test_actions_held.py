"""Forms that another business interrupts: they wait on a stack with what they hold, or are kept to be offered."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.base import open_form, take_up_paused
from actions.conversation import LeaveForm, StartSession
from actions.danger import ReportDanger
from actions.held import HeldForm, put_aside
from actions.offers import OfferAsk, ServeAsk
from actions.outage_form import OutageForm
from actions.visit import Visit
from tests.builders import Counter

_REPORT = {"form": "outage_form", "topic": "outage_report", "slots": ["address", "outage_scope", "phone"]}
_BILL = {"form": "bill_form", "topic": "bill_query", "slots": ["account_no", "bill_period"]}
_LEFT = {
    "intent": "outage_report",
    "text": "",
    "entities": [],
    "confidence": 1.0,
    "offered": 0,
    "form": "outage_form",
    "held": {"address": "织女苑3栋", "area_id": "TA05"},
}


def visit(counter: Counter, form: str | None) -> Visit:
    tracker = counter.tracker("...", "bill_query", {}, form=form, events=(), metadata={})
    return Visit(CollectingDispatcher(), tracker, counter.services)


def after(counter: Counter, events: list[dict[str, Any]]) -> dict[str, Any]:
    """The slots once the events are remembered."""
    counter.slots |= {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return counter.slots


def waiting(counter: Counter) -> list[str]:
    return [held["form"] for held in counter.slots["paused_form"] or []]


def test_three_forms_wait_one_inside_the_other_and_go_on_in_turn() -> None:
    counter = Counter(slots={"form_at_hand": _REPORT, "address": "织女苑3栋"})
    after(counter, open_form(visit(counter, "outage_form"), "bill_form"))
    after(counter, [{"event": "slot", "name": "form_at_hand", "value": _BILL}])
    after(counter, open_form(visit(counter, "bill_form"), "repair_form"))
    assert waiting(counter) == ["outage_form", "bill_form"]

    events = take_up_paused(visit(counter, None))

    assert after(counter, events)["taken_up"]["form"] == "bill_form"
    assert waiting(counter) == ["outage_form"]


def test_a_form_never_waits_for_itself() -> None:
    counter = Counter(slots={"form_at_hand": _REPORT, "address": "织女苑3栋"})
    after(counter, open_form(visit(counter, "outage_form"), "bill_form"))
    after(counter, [{"event": "slot", "name": "address", "value": None}])

    after(counter, open_form(visit(counter, "bill_form"), "outage_form"))

    assert waiting(counter) == ["bill_form"]
    assert counter.slots["address"] == "织女苑3栋"


async def test_a_form_that_goes_on_gets_back_what_it_held_and_does_not_read_the_message() -> None:
    counter = Counter(slots={"phone": "13800138000", "outage_scope": "单户"})
    held = HeldForm("outage_form", "outage_report", {"address": "织女苑3栋", "area_id": "TA05"}).to_wire()
    events = ({"event": "slot", "name": "taken_up", "value": held}, {"event": "active_loop", "name": "outage_form"})

    spoken = await counter.run(OutageForm, "整栋", "outage_report", form="outage_form", events=events)

    assert spoken.responses == ["utter_outage_ask_outage_scope"]
    assert (spoken.slots["address"], spoken.slots["phone"]) == ("织女苑3栋", None)


async def test_a_form_left_for_long_is_kept_and_the_message_heard_anew() -> None:
    counter = Counter(slots={"form_at_hand": _REPORT, "address": "织女苑3栋", "requested_slot": "outage_scope"})

    spoken = await counter.run(LeaveForm, "查电费", "bill_query", form="outage_form")

    assert [event["event"] for event in spoken.events[-3:]] == ["active_loop", "action", "user"]
    assert spoken.events[-1]["parse_data"]["intent"]["name"] == "bill_query"
    assert spoken.slots["open_asks"][0]["held"] == {"address": "织女苑3栋"}
    assert spoken.slots["address"] is None


async def test_a_new_session_keeps_what_is_known_and_the_unfinished_business() -> None:
    slots = {
        "form_at_hand": _REPORT,
        "address": "织女苑3栋",
        "known_account": "6201011006117",
        "requested_slot": "phone",
    }
    counter = Counter(slots=dict(slots))

    spoken = await counter.run(StartSession, form="outage_form")

    assert spoken.events[0]["event"] == "session_started"
    assert spoken.slots["known_account"] == "6201011006117"
    assert spoken.slots["open_asks"][0]["form"] == "outage_form"
    assert "requested_slot" not in spoken.slots
    assert "address" not in spoken.slots


async def test_the_unfinished_is_offered_and_goes_on_where_it_was() -> None:
    counter = Counter(slots={"open_asks": [_LEFT]})

    offered = await counter.run(OfferAsk, "你好", "small_talk")
    taken = await counter.run(ServeAsk, "继续", "affirm")

    assert offered.responses == ["utter_offer_unfinished"]
    assert taken.followup == "outage_form"
    assert taken.slots["taken_up"]["slots"]["address"] == "织女苑3栋"
    assert counter.slots["open_asks"] is None


async def test_who_asks_for_the_same_may_begin_a_new_one() -> None:
    counter = Counter(slots={"open_asks": [_LEFT]})

    offered = await counter.run(OfferAsk, "又停电了", "outage_report")
    taken = await counter.run(ServeAsk, "重新办", "correct_info")

    assert offered.responses == ["utter_offer_unfinished_or_new"]
    assert taken.events[-1]["text"] == "又停电了"
    assert counter.slots["open_asks"] is None


async def test_danger_puts_the_open_form_aside_unless_its_crew_serves_it() -> None:
    bill = Counter(slots={"form_at_hand": _BILL, "account_no": "6201011006117"})
    report = Counter(slots={"form_at_hand": _REPORT, "address": "织女苑3栋"})

    await bill.run(ReportDanger, "电线掉下来了", "danger_report", form="bill_form")
    await report.run(ReportDanger, "电线掉下来了", "danger_report", form="outage_form")

    assert [ask["form"] for ask in bill.slots["open_asks"]] == ["bill_form"]
    assert report.slots["open_asks"] is None


def test_nothing_open_is_nothing_to_keep() -> None:
    counter = Counter()

    after(counter, put_aside(visit(counter, None)))

    assert counter.slots["open_asks"] is None
