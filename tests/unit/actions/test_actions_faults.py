"""Voltage, meters and facilities: what the books know first, the customer's own switch, then an order or a case."""

from __future__ import annotations

from actions.facility import FacilityForm, FileFacility, ReportFacility
from actions.meter import FileMeter, FileMeterCheck, MeterForm, ReportMeter
from actions.power_quality import FileQuality, QualityForm, ReportQuality
from conversation.identity import ChannelName, ChannelUser
from tests.builders import Counter, opened

_LIN, _CUT, _DARK = "6201011006117", "6201011006224", "6201024007281"


async def test_low_voltage_inside_a_running_outage_is_explained_by_it() -> None:
    spoken = await Counter(bound=(_DARK,)).run(
        ReportQuality, "灯暗得很", "power_quality_report", fault_symptom="灯暗电压低"
    )

    assert spoken.responses == ["utter_quality_known"]


async def test_high_voltage_says_what_to_unplug_before_any_question() -> None:
    spoken = await Counter(bound=(_LIN,)).run(ReportQuality, "灯特别亮", "power_quality_report")

    assert spoken.responses == ["utter_quality_high_safety"]
    assert spoken.slots["fault_symptom"] == "电压高"
    assert spoken.followup == "quality_form"


async def test_tripping_that_a_plug_ends_is_no_order() -> None:
    counter = Counter(bound=(_LIN,), slots={"fault_symptom": "一跳就停", "requested_slot": "trip_check"})

    spoken = await counter.run(QualityForm, "拔掉热水器就不跳了", "nlu_fallback", form="quality_form")

    assert spoken.responses == ["utter_quality_own_appliance"]
    assert spoken.slots["form_outcome"] == "abandoned"


async def test_flicker_is_filed_with_its_symptom() -> None:
    slots = {"fault_symptom": "忽明忽暗", "place_account": _LIN, "outage_scope": "单户", "phone": "on_file"}
    counter = Counter(bound=(_LIN,), slots=slots)

    spoken = await counter.run(FileQuality, "只有我家", "nlu_fallback")

    assert str(spoken.messages[0]["order_no"]).startswith("F")
    assert spoken.slots["fault_symptom"] is None


async def test_a_land_line_is_on_the_order() -> None:
    slots = {"fault_symptom": "忽明忽暗", "place_account": _LIN, "outage_scope": "单户", "phone": "0571-88886666"}
    counter = Counter(bound=(_LIN,), slots=slots)

    spoken = await counter.run(FileQuality, "只有我家", "nlu_fallback")

    order_no = str(spoken.messages[0]["order_no"])
    assert await counter.backend.fault_order(
        order_no, user=ChannelUser(ChannelName.WEB, "somebody_else"), phone="0571-88886666"
    )


async def test_a_dark_meter_of_a_home_in_arrears_leads_to_paying() -> None:
    spoken = await Counter(bound=(_CUT,)).run(ReportMeter, "电表黑屏了", "meter_fault_report", fault_symptom="表不亮")

    assert spoken.responses == ["utter_outage_cut_off"]


async def test_a_stopped_meter_is_asked_where_and_filed() -> None:
    counter = Counter(bound=(_LIN,))

    begun = await counter.run(ReportMeter, "电表不走字了", "meter_fault_report", fault_symptom="表不走")
    asked = await counter.run(MeterForm, "电表不走字了", "meter_fault_report", events=opened("meter_form"))
    counter.slots |= {"place_account": _LIN, "address": "x", "phone": "on_file"}
    filed = await counter.run(FileMeter, "可以", "affirm")

    assert begun.slots["meter_symptom"] == "stopped"
    assert asked.responses == ["utter_place_ask_here"]
    assert str(filed.messages[0]["order_no"]).startswith("F")


async def test_a_fast_meter_is_checked_not_repaired() -> None:
    counter = Counter(bound=(_LIN,))

    begun = await counter.run(ReportMeter, "表走得太快了", "meter_fault_report", fault_symptom="表走得快")
    counter.slots |= {"account_no": _LIN, "check_code": "passed", "phone": "on_file", "confirmed": "yes"}
    filed = await counter.run(FileMeterCheck, "登记", "affirm")

    assert begun.followup == "meter_check_form"
    assert filed.responses == ["utter_meter_check_filed"]
    assert str(filed.messages[0]["order_no"]).startswith("R")


async def test_a_loose_box_is_told_where_and_gets_a_number() -> None:
    counter = Counter()

    begun = await counter.run(ReportFacility, "表箱门掉了没人管", "facility_defect_report")
    asked = await counter.run(
        FacilityForm, "表箱门掉了没人管", "facility_defect_report", events=opened("facility_form")
    )
    counter.slots |= {"address": "织女苑3栋", "phone": "none"}
    filed = await counter.run(FileFacility, "没有", "deny")

    assert begun.slots["facility_text"] == "表箱门掉了没人管"
    assert asked.responses == ["utter_facility_ask_address"]
    assert filed.responses == ["utter_facility_filed"]
