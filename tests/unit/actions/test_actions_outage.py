"""Fault reports: what is known comes first, few questions, the published limit as a limit."""

from __future__ import annotations

from actions.danger import DangerForm, ReportDanger
from actions.outage import CheckOutage, ReportFault
from actions.outage_form import OutageForm
from actions.outage_info import ShowOutages
from backend.errors import BackendUnavailable
from tests.builders import Counter, opened

_FORM = "outage_form"
_INSIDE_OUTAGE, _CUT_OFF, _HOME, _WITH_ORDER = "6201024007281", "6201011006224", "6201011006133", "6201037008307"


async def test_a_known_outage_is_told_and_joined_without_a_question() -> None:
    counter = Counter(bound=(_INSIDE_OUTAGE,))

    spoken = await counter.run(CheckOutage, "家里没电了", "outage_report")

    assert spoken.responses == ["utter_outage_joined"]
    assert spoken.messages[0]["order_no"].startswith("F26112100012-")
    assert "12:30" in spoken.messages[0]["eta"]
    assert "09:22" in spoken.messages[0]["eta"]
    assert spoken.followup is None


async def test_reporting_a_known_outage_again_makes_no_second_order() -> None:
    counter = Counter(bound=(_INSIDE_OUTAGE,))
    first = await counter.run(CheckOutage, "家里没电了", "outage_report")

    again = await counter.run(CheckOutage, "还是没电", "outage_report")

    assert again.responses == ["utter_outage_joined_before"]
    assert again.messages[0]["order_no"] == first.messages[0]["order_no"]


async def test_a_cut_off_account_gets_no_order() -> None:
    counter = Counter(bound=(_CUT_OFF,))

    spoken = await counter.run(CheckOutage, "停电了", "outage_report")

    assert spoken.responses == ["utter_outage_cut_off"]
    assert "report_fault" not in counter.backend.calls


async def test_an_open_order_of_the_home_is_told_instead_of_a_new_one() -> None:
    counter = Counter(bound=(_WITH_ORDER,))

    spoken = await counter.run(CheckOutage, "停电了", "outage_report")

    assert spoken.responses == ["utter_outage_already_reported"]
    assert spoken.messages[0]["order_no"] == "F26112100031"


async def test_place_and_scope_of_the_first_message_are_not_asked_again() -> None:
    counter = Counter()

    told = {"address": "织女苑3栋", "outage_scope": "整栋"}

    spoken = await counter.run(
        OutageForm, "织女苑3栋整栋没电", "outage_report", form=_FORM, events=opened(_FORM), **told
    )

    assert spoken.slots["requested_slot"] == "phone"


async def test_a_place_inside_a_running_outage_completes_the_form() -> None:
    counter = Counter(slots={"requested_slot": "address"})

    spoken = await counter.run(OutageForm, "北斗里5栋", "outage_report", form=_FORM, address="北斗里5栋")

    assert spoken.slots["known_outage"] == "E26112100001"
    assert spoken.slots["form_outcome"] == "complete"


async def test_several_places_are_offered_as_buttons() -> None:
    counter = Counter(slots={"requested_slot": "address"})

    spoken = await counter.run(OutageForm, "流萤花园", "outage_report", form=_FORM)

    labels = [button["title"] for button in spoken.messages[0]["buttons"]]
    assert sorted(labels) == ["流萤花园一期", "流萤花园二期"]


async def test_the_bound_home_is_offered_with_its_community_only() -> None:
    counter = Counter(bound=(_HOME,))

    spoken = await counter.run(OutageForm, "停电了", "outage_report", form=_FORM, events=opened(_FORM))

    assert spoken.responses == ["utter_place_ask_here"]
    assert "8栋" not in spoken.messages[0]["place"]


async def test_a_single_home_beside_lit_neighbours_is_led_to_its_breaker() -> None:
    slots = {"address": "织女苑3栋", "outage_scope": "单户", "requested_slot": "neighbor_power"}
    counter = Counter(slots=slots)

    spoken = await counter.run(OutageForm, "隔壁有电", "outage_report", form=_FORM)

    assert spoken.responses == ["utter_outage_ask_self_check"]


async def test_a_breaker_that_holds_needs_no_order() -> None:
    counter = Counter(slots={"address": "织女苑3栋", "outage_scope": "单户", "requested_slot": "self_check"})

    spoken = await counter.run(OutageForm, "推上了", "nlu_fallback", form=_FORM)

    assert spoken.responses == ["utter_outage_self_check_restored"]
    assert spoken.slots["form_outcome"] == "abandoned"


async def test_a_breaker_that_falls_again_goes_on_to_the_order() -> None:
    known = {"address": "织女苑3栋", "outage_scope": "单户", "neighbor_power": "有电"}
    counter = Counter(slots={**known, "requested_slot": "self_check"})

    spoken = await counter.run(OutageForm, "推上了又跳", "nlu_fallback", form=_FORM)

    assert spoken.slots["breaker_state"] == "合不上"
    assert spoken.slots["requested_slot"] == "phone"


async def test_no_phone_is_an_answer() -> None:
    counter = Counter(slots={"address": "织女苑3栋", "outage_scope": "整栋", "requested_slot": "phone"})

    spoken = await counter.run(OutageForm, "没有", "deny", form=_FORM)

    assert spoken.slots["form_outcome"] == "complete"


async def test_a_phone_with_too_few_digits_is_refused() -> None:
    counter = Counter(slots={"address": "织女苑3栋", "outage_scope": "整栋", "requested_slot": "phone"})

    spoken = await counter.run(OutageForm, "1380000", "nlu_fallback", form=_FORM)

    assert spoken.responses == ["utter_outage_phone_invalid"]


async def test_a_correction_keeps_the_community() -> None:
    known = {"address": "织女苑3栋", "area_id": "TA05", "estate": "织女苑", "outage_scope": "整栋"}
    counter = Counter(slots={**known, "requested_slot": "phone"})

    spoken = await counter.run(OutageForm, "不对，是4栋", "correct_info", form=_FORM, address="4栋")

    assert spoken.slots["address"] == "织女苑 4栋"


async def test_an_order_tells_the_published_limit() -> None:
    counter = Counter(slots={"address": "织女苑3栋", "area_id": "TA05", "outage_scope": "整栋", "phone": "none"})

    spoken = await counter.run(ReportFault)

    assert spoken.responses == ["utter_outage_reported"]
    assert (spoken.messages[0]["minutes"], spoken.messages[0]["arrive_by"]) == (45, "10:45")
    assert spoken.slots["address"] is None


async def test_a_planned_outage_is_told_with_its_hours() -> None:
    counter = Counter(bound=("6201011006117",))

    spoken = await counter.run(ShowOutages, "最近停电吗", "outage_info_query")

    assert spoken.responses == ["utter_outage_info_planned"]
    assert (spoken.messages[0]["start"], spoken.messages[0]["end"]) == ("11月25日 08:30", "15:30")


async def test_danger_with_a_place_is_filed_and_handed_over_at_once() -> None:
    counter = Counter()

    spoken = await counter.run(
        ReportDanger, "织女苑门口电线掉了", "danger_report", address="织女苑门口", danger_sign="电线落地或低垂"
    )

    assert spoken.handoff is not None
    assert (spoken.handoff["priority"], spoken.handoff["skill"]) == (0, "danger")
    assert spoken.handoff["summary"]["orders"] == [spoken.messages[1]["order_no"]]
    assert spoken.followup == "danger_form"


async def test_danger_is_handed_over_when_the_utility_is_down() -> None:
    counter = Counter()
    counter.backend.failure = BackendUnavailable()

    spoken = await counter.run(ReportDanger, "电线掉了", "danger_report", danger_sign="电线落地或低垂")

    assert spoken.handoff is not None
    assert spoken.responses == ["utter_danger_backend_down"]
    assert spoken.followup == "action_listen"


async def test_a_place_told_while_the_company_is_down_reaches_the_person_at_the_desk() -> None:
    counter = Counter(slots={"requested_slot": "address", "danger_sign": "打火"})
    counter.backend.failure = BackendUnavailable()

    spoken = await counter.run(DangerForm, "东塘村口小卖部", "nlu_fallback", form="danger_form")

    assert spoken.responses == ["utter_danger_backend_down"]
    assert spoken.handoff is not None
    assert spoken.handoff["priority"] == 0
    assert {"name": "address", "label": "地址", "value": "东塘村口小卖部"} in spoken.handoff["summary"]["slots"]


async def test_more_words_about_a_danger_are_no_second_order() -> None:
    counter = Counter(slots={"danger_order": "F26112100099"})

    spoken = await counter.run(ReportDanger, "还在冒火花", "danger_report", danger_sign="打火")

    assert spoken.responses == ["utter_danger_more_noted"]
    assert spoken.followup == "action_listen"
    assert "report_fault" not in counter.backend.calls


async def test_the_place_told_later_files_the_urgent_order() -> None:
    counter = Counter(slots={"requested_slot": "address", "danger_sign": "打火"})

    spoken = await counter.run(DangerForm, "东塘村口小卖部", "nlu_fallback", form="danger_form")

    assert spoken.responses[0] == "utter_danger_order"
    assert spoken.slots["danger_order"].startswith("F261121")


async def test_a_danger_that_is_elsewhere_gets_an_order_for_the_right_place() -> None:
    known = {"address": "织女苑", "place_account": "6201024007331", "danger_order": "F26112100099"}
    counter = Counter(bound=("6201024007331",), slots={**known, "requested_slot": "phone"})

    spoken = await counter.run(
        DangerForm, "不是家里，在松果村口", "danger_report", form="danger_form", address="松果村口"
    )

    assert spoken.slots["area_id"] == "TA07"
    assert spoken.slots["danger_order"] != "F26112100099"
    assert spoken.slots["requested_slot"] == "phone"


async def test_an_account_number_is_a_place_without_any_identity() -> None:
    counter = Counter(slots={"requested_slot": "address"})

    spoken = await counter.run(OutageForm, _HOME, "correct_info", form=_FORM, account_no=_HOME)

    assert spoken.slots["place_account"] == _HOME
    assert spoken.responses == ["utter_outage_ask_outage_scope"]
