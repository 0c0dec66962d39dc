"""Repair progress: only with a right to it, and every time with when it was said."""

from __future__ import annotations

from actions.repair import RepairForm, ShowRepair
from actions.repair_changes import UpdateRepair, UrgeRepair
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


async def test_an_urge_is_sent_on_and_the_next_one_too_soon_is_noted() -> None:
    counter = Counter(bound=(_ACCOUNT,))

    first = await counter.run(UrgeRepair, "快点啊", "repair_urge")
    second = await counter.run(UrgeRepair, "再催一下", "repair_urge")

    assert first.responses == ["utter_repair_progress", "utter_repair_urged"]
    assert second.responses == ["utter_repair_progress", "utter_repair_urge_noted"]


async def test_an_urge_of_a_complaint_goes_to_the_complaint() -> None:
    spoken = await Counter(bound=("6201011006174",)).run(
        UrgeRepair, "催一下 T26111600003", "repair_urge", ticket_no="T26111600003"
    )

    assert spoken.responses == ["utter_case_urged"]


async def test_nothing_open_is_nothing_to_urge() -> None:
    spoken = await Counter().run(UrgeRepair, "催一下", "repair_urge")

    assert spoken.responses == ["utter_repair_nothing_to_urge"]


async def test_power_back_ends_the_order_by_the_customers_word() -> None:
    counter = Counter(bound=(_ACCOUNT,))

    spoken = await counter.run(UpdateRepair, "已经来电了不用来了", "repair_update")

    assert spoken.responses == ["utter_repair_restored"]
    assert "confirm_restored" in counter.backend.calls


async def test_ones_own_switch_takes_the_order_back() -> None:
    spoken = await Counter(bound=(_ACCOUNT,)).run(UpdateRepair, "自己修好了 取消报修", "repair_update")

    assert spoken.responses[-1] in {"utter_repair_own_closed", "utter_repair_restored"}


async def test_a_wrong_address_is_added_to_the_order_in_the_customers_words() -> None:
    counter = Counter(bound=(_ACCOUNT,))

    spoken = await counter.run(UpdateRepair, "刚才报的地址写错了是5栋", "repair_update", address="5栋")

    assert spoken.responses == ["utter_repair_noted"]
    assert "fault_info_update" in counter.backend.calls


async def test_dark_again_without_an_order_is_a_new_report() -> None:
    spoken = await Counter(bound=("6201011006117",)).run(UpdateRepair, "又停了", "repair_update")

    assert spoken.followup == "outage_form"
