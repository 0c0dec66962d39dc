"""Progress of applications and cases: days as published, unknown and not yours the same, urges within the gap."""

from __future__ import annotations

import pytest

from actions.progress import ProgressForm, ShowTicket, UrgeTicket
from actions.repair_changes import UrgeRepair
from tests.builders import Counter, Spoken

_FORM = "progress_form"
_TRANSFER, _TRANSFER_HOME = "N26111700021", "6201037008273"
_COMPLAINT, _SHOP = "T26111600003", "6201011006174"


async def _ask(counter: Counter, text: str, **entities: str) -> Spoken:
    return await counter.run(ShowTicket, text, "ticket_progress_query", **entities)


async def test_an_application_is_told_with_stage_days_used_and_left() -> None:
    spoken = await _ask(Counter(bound=(_TRANSFER_HOME,)), "过户办好了吗", business_type="过户")

    said = spoken.messages[0]
    assert (said["response"], said["number"], said["status"]) == (
        "utter_progress_application", _TRANSFER, "合同已签",
    )  # fmt: skip
    assert "已用 3 个" in said["rest"]
    assert "还剩 2 个" in said["rest"]
    assert "11月24日" in said["rest"]


async def test_a_returned_one_names_what_is_missing() -> None:
    spoken = await _ask(Counter(bound=("6201011006125",)), "我的申请办到哪了")

    assert "居住证" in spoken.messages[0]["rest"]


async def test_a_paused_clock_is_said() -> None:
    spoken = await _ask(Counter(bound=("6201024007182",)), "增容到哪一步了", business_type="增容")

    assert "时限暂停" in spoken.messages[0]["rest"]


@pytest.mark.parametrize("number", [_TRANSFER, "N26111700099", _COMPLAINT, "J26111700001"])
async def test_unknown_and_not_yours_sound_the_same(number: str) -> None:
    spoken = await _ask(Counter(bound=("6201011006117",)), f"查一下{number}", ticket_no=number)

    assert spoken.responses == ["utter_progress_unknown"]


async def test_a_complaint_is_told_with_its_limit_and_the_contact() -> None:
    spoken = await _ask(Counter(bound=(_SHOP,)), "我上周投诉有结果没")

    said = spoken.messages[0]
    assert (said["response"], said["number"]) == ("utter_progress_case", _COMPLAINT)
    assert "11月23日 16:40" in said["rest"]
    assert "11月17日 10:20" in said["rest"]


async def test_several_are_listed_with_a_button_each() -> None:
    spoken = await _ask(Counter(bound=(_SHOP,)), "那个单子到哪一步了")

    assert spoken.responses == ["utter_progress_list"]
    assert [button["title"] for button in spoken.messages[0]["buttons"]] == ["N26112000011", _COMPLAINT]


async def test_what_is_over_is_told_with_its_day() -> None:
    spoken = await _ask(Counter(bound=("6201011006257",)), "上次核实有结果吗")

    assert spoken.responses == ["utter_progress_case_over"]
    assert "错抄退补" in spoken.messages[0]["rest"]


async def test_nothing_is_said_honestly() -> None:
    spoken = await _ask(Counter(bound=("6201011006117",)), "我的申请办到哪了")

    assert spoken.responses == ["utter_progress_none"]


async def test_without_account_or_number_the_number_is_asked() -> None:
    spoken = await _ask(Counter(), "我的申请办到哪了")

    assert spoken.followup == _FORM


async def test_a_bare_number_answers_whatever_it_sounds_like() -> None:
    counter = Counter(slots={"requested_slot": "progress_no"})

    spoken = await counter.run(ProgressForm, "n26111700021", "small_talk", form=_FORM)

    assert spoken.slots["progress_no"] == _TRANSFER
    assert spoken.slots["form_outcome"] == "complete"


async def test_no_number_asks_for_the_account() -> None:
    counter = Counter(slots={"requested_slot": "progress_no"})

    spoken = await counter.run(ProgressForm, "没有编号", "deny", form=_FORM)

    assert spoken.responses == ["utter_account_ask_account_no"]


async def test_a_repair_number_goes_to_the_repair_skill() -> None:
    spoken = await _ask(Counter(), "F26112100031 到哪了", ticket_no="F26112100031")

    assert spoken.responses == ["utter_repair_not_yours"]


async def test_an_urge_is_passed_on_once_and_then_only_noted() -> None:
    counter = Counter(bound=(_TRANSFER_HOME,))

    first = await counter.run(UrgeTicket, "催一下我的过户", "repair_urge", business_type="过户")
    second = await counter.run(UrgeTicket, "再催一下我的过户", "repair_urge", business_type="过户")

    assert first.responses == ["utter_progress_urged"]
    assert str(first.messages[0]["urge"]).startswith("U")
    assert second.responses == ["utter_progress_urge_recorded"]


async def test_what_is_over_cannot_be_urged() -> None:
    counter = Counter(bound=("6201011006257",))

    spoken = await counter.run(UrgeTicket, "催一下 R26091000009", "repair_urge", ticket_no="R26091000009")

    assert spoken.responses == ["utter_progress_urge_closed"]


async def test_an_urge_of_an_application_leaves_the_repair_skill() -> None:
    counter = Counter(bound=(_TRANSFER_HOME,))

    spoken = await counter.run(UrgeRepair, "催一下我的过户", "repair_urge", business_type="过户")

    assert spoken.responses == ["utter_progress_urged"]
