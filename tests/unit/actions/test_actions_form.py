"""The base of every form: what counts as an answer, what leads out, and when a person is offered."""

from __future__ import annotations

import pytest

from actions.form import Call, call_of
from actions.outage_form import OutageForm
from backend.errors import BackendProtocolError
from tests.builders import Counter

_FORM = "outage_form"
_ASKED_SCOPE = {"address": "织女苑3栋", "area_id": "TA05", "estate": "织女苑", "requested_slot": "outage_scope"}


async def test_a_form_leaves_another_business_to_the_rules() -> None:
    counter = Counter(slots=dict(_ASKED_SCOPE))

    spoken = await counter.run(OutageForm, "上个月电费多少", "bill_query", form=_FORM)

    assert spoken.events == []
    assert spoken.messages == []


async def test_leaving_a_form_empties_what_it_collected() -> None:
    counter = Counter(slots=dict(_ASKED_SCOPE))

    spoken = await counter.run(OutageForm, "算了", "cancel_flow", form=_FORM)

    assert spoken.responses == ["utter_cancelled"]
    assert spoken.slots["address"] is None
    assert spoken.slots["form_outcome"] == "abandoned"
    assert spoken.slots["requested_slot"] is None


async def test_a_form_that_was_interrupted_goes_on_when_the_other_is_left() -> None:
    counter = Counter(slots={**_ASKED_SCOPE, "paused_form": "bill_form"})

    spoken = await counter.run(OutageForm, "算了", "cancel_flow", form=_FORM)

    assert spoken.followup == "bill_form"
    assert spoken.responses == ["utter_form_taken_up"]


async def test_asking_for_a_person_inside_a_form_takes_along_what_was_filled() -> None:
    counter = Counter(slots={**_ASKED_SCOPE, "outage_scope": "整栋"})

    spoken = await counter.run(OutageForm, "转人工", "request_human", form=_FORM)

    told = {slot["name"]: slot["value"] for slot in spoken.handoff["summary"]["slots"]} if spoken.handoff else {}
    assert told == {"address": "织女苑3栋", "outage_scope": "整栋"}
    assert spoken.slots["form_outcome"] == "abandoned"


@pytest.mark.parametrize(
    ("before", "responses"),
    [
        pytest.param(0, ["utter_form_not_understood", "utter_outage_ask_outage_scope"], id="first: asks again"),
        pytest.param(1, ["utter_form_offer_human", "utter_outage_ask_outage_scope"], id="second: offers a person"),
        pytest.param(2, ["utter_form_hand_over"], id="third: hands over"),
    ],
)
async def test_useless_answers_in_a_row_lead_to_a_person(before: int, responses: list[str]) -> None:
    counter = Counter(slots={**_ASKED_SCOPE, "invalid_answers": before})

    spoken = await counter.run(OutageForm, "嘟嘟嘟", "nlu_fallback", form=_FORM)

    assert spoken.responses == responses
    assert (spoken.handoff is not None) == (before == 2)


async def test_a_good_answer_begins_the_count_anew() -> None:
    counter = Counter(slots={**_ASKED_SCOPE, "invalid_answers": 2})

    spoken = await counter.run(OutageForm, "整栋", "outage_report", form=_FORM)

    assert spoken.slots["invalid_answers"] == 0
    assert spoken.slots["outage_scope"] == "整栋"


async def test_danger_is_not_read_as_an_answer() -> None:
    counter = Counter(slots={**_ASKED_SCOPE, "requested_slot": "address", "address": None})

    spoken = await counter.run(OutageForm, "织女苑门口电线掉了", "danger_report", form=_FORM, address="织女苑")

    assert spoken.events == []


async def test_a_form_ends_with_an_apology_when_the_utility_answers_nonsense() -> None:
    counter = Counter(slots={"requested_slot": "address"})
    counter.backend.failure = BackendProtocolError("not the utility we know")

    spoken = await counter.run(OutageForm, "织女苑3栋", "outage_report", form=_FORM, address="织女苑3栋")

    assert spoken.responses == ["utter_backend_down"]
    assert spoken.slots["form_outcome"] == "abandoned"


def test_a_digression_that_is_over_is_no_answer() -> None:
    events = [{"event": "user"}, {"event": "action", "name": "action_small_talk"}, {"event": "action", "name": _FORM}]

    assert call_of(events, _FORM) is Call.RESUMED
