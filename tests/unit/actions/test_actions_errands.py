"""A request that the company cannot take now is kept whole, done later with the same key, and never lost in silence."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Event, ServiceAction
from actions.billing import ShowBill
from actions.conversation import Leave, TakeOffer
from actions.outage import OUTAGE_SLOTS, CheckOutage, ReportFault
from actions.outage_form import OutageForm
from actions.visit import Visit
from backend.errors import BackendProtocolError, BackendRefused, BackendTimeout, BackendUnavailable
from conversation.errand import Errand
from tests.builders import Counter, Spoken

_KNOWN = {"address": "织女苑3栋", "area_id": "TA05", "outage_scope": "整栋", "phone": "none"}
_WAITING = {"errands": [{"id": 7, "action": "action_report_fault", "wish": "报修停电"}]}


class Broken(ServiceAction):
    title = "action_broken"
    deferrable = True

    async def serve(self, visit: Visit) -> list[Event]:
        raise KeyError("a fault of our own")


class Mute(ServiceAction):
    title = "action_mute"

    async def serve(self, visit: Visit) -> list[Event]:
        return []


class Free(ServiceAction):
    """Names no slots it needs."""

    title = "action_free"
    deferrable = True

    async def serve(self, visit: Visit) -> list[Event]:
        raise BackendUnavailable("the utility cannot be reached")


def kept(spoken: Spoken) -> Errand:
    return Errand.from_wire(next(m["custom"]["errand"] for m in spoken.messages if "errand" in m["custom"]))


def is_kept(spoken: Spoken) -> bool:
    return any("errand" in message["custom"] for message in spoken.messages)


async def do_later(counter: Counter, errand: Errand, action: type[ServiceAction] = ReportFault) -> Spoken:
    """Runs the errand as the bot does."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker.from_dict(errand.call("web:visitor", 7)["tracker"])
    events = await action(counter.services).run(dispatcher, tracker, {})
    return Spoken([dict(event) for event in events], dispatcher.messages, {})


def result(spoken: Spoken) -> dict[str, Any] | None:
    return next((m["custom"]["errand_result"] for m in spoken.messages if "errand_result" in m["custom"]), None)


@pytest.mark.parametrize("failure", [BackendUnavailable(), BackendTimeout()])
async def test_a_report_that_cannot_be_filed_is_kept_and_said_so(failure: Exception) -> None:
    counter = Counter(slots=dict(_KNOWN))
    counter.backend.failure = failure

    spoken = await counter.run(ReportFault, "不留电话", "deny")

    assert spoken.responses == ["utter_kept_for_later"]
    assert spoken.messages[0]["wish"] == "报修停电"
    assert kept(spoken).slots == _KNOWN
    assert spoken.slots["address"] is None


async def test_what_is_kept_goes_to_a_person_whole_should_it_fail_for_good() -> None:
    counter = Counter(slots={**_KNOWN, "phone": "13900001111"})
    counter.backend.failure = BackendUnavailable()

    handoff = kept(await counter.run(ReportFault, "整栋都停电", "outage_report")).handoff

    assert (handoff["skill"], handoff["reason"]) == ("fault", "errand_failed")
    assert {"name": "address", "label": "地址", "value": "织女苑3栋"} in handoff["summary"]["slots"]


async def test_a_report_done_later_is_told_with_its_number() -> None:
    counter = Counter(slots=dict(_KNOWN))
    counter.backend.failure = BackendTimeout()
    errand = kept(await counter.run(ReportFault, "不留电话", "deny"))
    counter.backend.failure = None

    spoken = await do_later(counter, errand)

    assert spoken.responses == ["utter_errand_result", "utter_outage_reported"]
    assert spoken.messages[1]["order_no"].startswith("F261121")
    assert result(spoken) is None


async def test_doing_it_twice_makes_one_order() -> None:
    counter = Counter(slots=dict(_KNOWN))
    counter.backend.failure = BackendTimeout()
    errand = kept(await counter.run(ReportFault, "不留电话", "deny"))
    counter.backend.failure = None

    first, second = await do_later(counter, errand), await do_later(counter, errand)

    assert first.messages[1]["order_no"] == second.messages[1]["order_no"]


async def test_a_company_still_down_is_told_to_the_bot_alone() -> None:
    counter = Counter(slots=dict(_KNOWN))
    counter.backend.failure = BackendUnavailable()
    errand = kept(await counter.run(ReportFault, "不留电话", "deny"))

    spoken = await do_later(counter, errand)

    assert spoken.responses == []
    assert result(spoken) == {"state": "later", "why": "backend.unavailable"}


async def test_a_refusal_found_later_is_told_and_a_person_offered() -> None:
    counter = Counter(slots=dict(_KNOWN))
    counter.backend.failure = BackendUnavailable()
    errand = kept(await counter.run(ReportFault, "不留电话", "deny"))
    counter.backend.failure = BackendRefused("account.closed")

    spoken = await do_later(counter, errand)

    assert spoken.responses == ["utter_errand_refused"]
    assert result(spoken) == {"state": "refused", "why": "account.closed"}


async def test_a_fault_of_our_own_is_no_errand() -> None:
    spoken = await Counter().run(Broken, "报修", "outage_report")

    assert spoken.responses == ["utter_action_failed"]
    assert not is_kept(spoken)


async def test_a_fault_of_our_own_in_an_errand_is_told_to_the_bot() -> None:
    spoken = await do_later(Counter(), Errand("action_broken", "outage_report", "报修停电"), Broken)

    assert result(spoken) == {"state": "broken", "why": "KeyError"}


async def test_an_answer_without_a_word_is_no_answer() -> None:
    spoken = await do_later(Counter(), Errand("action_mute", "outage_report", "报修停电"), Mute)

    assert result(spoken) == {"state": "broken", "why": "no words"}


async def test_a_refused_report_goes_to_a_person_with_what_was_filled() -> None:
    counter = Counter(slots=dict(_KNOWN))
    counter.backend.failure = BackendProtocolError("an odd answer")

    spoken = await counter.run(ReportFault, "不留电话", "deny")

    assert not is_kept(spoken)
    assert spoken.handoff is not None
    assert spoken.handoff["summary"]["slots"][0]["value"] == "织女苑3栋"


async def test_what_only_reads_is_not_kept() -> None:
    counter = Counter(bound=("6201011006117",))
    counter.backend.failure = BackendUnavailable()

    spoken = await counter.run(ShowBill, "上个月电费", "bill_query")

    assert spoken.responses == ["utter_backend_down"]
    assert not is_kept(spoken)


async def test_an_action_that_names_no_needs_keeps_all_but_what_belongs_to_the_talk() -> None:
    counter = Counter(slots={"phone": "13900001111", "requested_slot": "phone", "paused_form": "x", "address": None})

    spoken = await counter.run(Free, "过户", "apply_transfer")

    assert kept(spoken).slots == {"phone": "13900001111"}


async def test_a_report_is_taken_while_the_company_is_down() -> None:
    counter = Counter()
    counter.backend.failure = BackendUnavailable()

    opening = await counter.run(CheckOutage, "我家停电了", "outage_report")
    place = await counter.run(
        OutageForm, "织女苑3栋整栋都没电", "outage_report", form="outage_form", address="织女苑3栋", outage_scope="整栋"
    )

    assert opening.followup == "outage_form"
    assert place.slots["address"] == "织女苑3栋"
    assert place.responses == ["utter_outage_ask_phone"]


async def test_a_report_that_waits_is_not_taken_twice() -> None:
    spoken = await Counter().run(CheckOutage, "我家停电了", "outage_report", metadata=_WAITING)

    assert spoken.responses == ["utter_errand_still_waiting"]
    assert spoken.followup is None


async def test_who_asks_while_the_company_is_down_hears_that_the_request_is_kept() -> None:
    counter = Counter(bound=("6201011006117",))
    counter.backend.failure = BackendUnavailable()

    spoken = await counter.run(ShowBill, "刚才的报修办了吗", "bill_query", metadata=_WAITING)

    assert spoken.responses == ["utter_errand_still_waiting"]


async def test_all_right_is_no_call_for_a_person_while_a_request_waits() -> None:
    spoken = await Counter().run(TakeOffer, "好的", "affirm", metadata=_WAITING)

    assert spoken.responses == ["utter_errand_still_waiting"]
    assert spoken.handoff is None


async def test_never_mind_lets_go_what_waits() -> None:
    spoken = await Counter().run(Leave, "算了", "cancel_flow", metadata=_WAITING)

    assert spoken.responses == ["utter_errand_dropped"]
    assert spoken.messages[1]["custom"] == {"errands_dropped": [7]}


async def test_never_mind_with_nothing_kept_says_so() -> None:
    spoken = await Counter().run(Leave, "算了", "cancel_flow")

    assert spoken.responses == ["utter_nothing_to_cancel"]


def test_the_slots_a_report_needs_are_those_of_its_form() -> None:
    assert ReportFault.needs == OUTAGE_SLOTS
