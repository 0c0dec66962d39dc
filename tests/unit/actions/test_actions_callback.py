"""Being called back: offered at night for what waits, never for a fault, and to whoever asks by day."""

from __future__ import annotations

from actions.billing import ShowBill
from actions.callback import AskCallback, CallbackForm
from actions.human import RequestHuman
from tests.builders import Counter, opened

ZHOU = "6201011006133"
NIGHT = {"desk": "closed"}


def said(intent: str) -> dict[str, object]:
    return {"event": "user", "text": "...", "parse_data": {"intent": {"name": intent}}}


async def test_at_night_the_request_waits_and_a_call_back_is_offered() -> None:
    counter = Counter(bound=(ZHOU,))
    await counter.run(ShowBill, "电费多少", "bill_query")

    spoken = await counter.run(RequestHuman, "转人工", "request_human", events=(said("bill_query"),), metadata=NIGHT)

    assert spoken.handoff is not None
    assert (spoken.handoff["skill"], spoken.followup) == ("billing", "callback_form")


async def test_at_night_a_fault_has_its_person_and_no_call_back() -> None:
    events = (said("outage_report"),)

    spoken = await Counter().run(RequestHuman, "转人工", "request_human", events=events, metadata=NIGHT)

    assert spoken.handoff is not None
    assert (spoken.handoff["skill"], spoken.followup) == ("fault", None)


async def test_by_day_only_who_asks_to_be_called_is_asked_for_a_number() -> None:
    called = await Counter().run(RequestHuman, "让人工给我回个电话", "request_human")
    plain = await Counter().run(RequestHuman, "转人工", "request_human")

    assert (called.followup, called.handoff) == ("callback_form", None)
    assert plain.followup is None


async def test_the_number_on_file_is_named_behind_its_mask_and_kept_with_the_account() -> None:
    counter = Counter(bound=(ZHOU,), slots={"callback_reason": "查电费账单"})

    asked = await counter.run(
        CallbackForm, "转人工", "request_human", form="callback_form", events=opened("callback_form")
    )
    counter.slots["phone"] = "on_file"
    noted = await counter.run(AskCallback)

    assert asked.responses == ["utter_callback_ask_on_file"]
    assert noted.responses == ["utter_callback_noted"]
    [kept] = await counter.backend.callbacks(counter.backend._callbacks[0].user)
    assert (kept.account_no, kept.reason) == (ZHOU, "查电费账单")


async def test_who_leaves_no_number_is_answered_in_the_chat() -> None:
    counter = Counter(slots={"callback_reason": "x", "phone": "none"})

    spoken = await counter.run(AskCallback)

    assert spoken.responses == ["utter_callback_none"]
    assert counter.backend._callbacks == []
