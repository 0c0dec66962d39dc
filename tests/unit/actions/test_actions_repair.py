"""Repair progress: only with a right to it, and every time with when it was said."""

from __future__ import annotations

from actions.repair import RepairForm, ShowRepair, UrgeRepair
from tests.builders import Counter

_ORDER, _ACCOUNT = "F26112100031", "6201037008307"


async def test_the_open_order_of_a_bound_account_is_told() -> None:
    counter = Counter(bound=(_ACCOUNT,))

    spoken = await counter.run(ShowRepair, "师傅到哪了", "repair_progress_query")

    assert spoken.responses == ["utter_repair_progress"]
    assert spoken.messages[0]["order_no"] == _ORDER
    assert "10:35" in spoken.messages[0]["times"]
    assert "09:40" in spoken.messages[0]["times"]


async def test_somebody_elses_order_asks_for_the_phone_on_it() -> None:
    counter = Counter()

    spoken = await counter.run(ShowRepair, _ORDER, "repair_progress_query", ticket_no=_ORDER)

    assert spoken.responses == ["utter_repair_not_yours"]
    assert spoken.followup == "repair_form"


async def test_without_the_phone_nothing_is_shown() -> None:
    counter = Counter(slots={"ticket_no": _ORDER, "requested_slot": "ticket_phone"})

    spoken = await counter.run(RepairForm, "没有", "deny", form="repair_form")

    assert spoken.responses == ["utter_repair_cannot_show"]


async def test_the_phone_on_the_order_opens_it() -> None:
    counter = Counter(slots={"ticket_no": _ORDER, "ticket_phone": "13800001011"})

    spoken = await counter.run(ShowRepair)

    assert spoken.responses == ["utter_repair_progress"]


async def test_no_order_offers_a_report() -> None:
    counter = Counter()

    spoken = await counter.run(ShowRepair, "师傅到哪了", "repair_progress_query")

    assert spoken.responses == ["utter_repair_none"]


async def test_an_urge_is_answered_with_the_state_and_a_person() -> None:
    counter = Counter(bound=(_ACCOUNT,))

    spoken = await counter.run(UrgeRepair, "快点啊", "repair_urge")

    assert spoken.responses == ["utter_repair_progress", "utter_repair_urge"]
