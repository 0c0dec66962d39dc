"""Places, pictures and voices: known facts first, no home chosen by itself, no picture lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from actions.account import AccountBindForm
from actions.attachments import MOST_KEPT
from actions.danger import DangerForm, ReportDanger, UpdateDanger
from actions.media import ReceiveLocation, ReceivePicture, VoiceUnheard
from actions.outage import CheckOutage, ReportFault
from actions.outage_form import OutageForm
from backend.errors import BackendUnavailable
from backend.models import FaultReport
from conversation.message import Attachment
from tests.builders import Counter, opened

_FORM = "outage_form"
_WITH_ORDER, _ZHINV, _ZHINV_TOO = "6201037008307", "6201024007141", "6201024007208"
ZHINV = {"latitude": 29.0455, "longitude": 126.0433, "label": ""}
DARK = {"latitude": 29.0404, "longitude": 126.0404, "label": ""}
PARIS = {"latitude": 48.85, "longitude": 2.35, "label": "埃菲尔铁塔"}


def place(wire: dict[str, Any]) -> dict[str, Any]:
    return {"location": wire}


def picture(media_id: str = "m1", kind: str = "image") -> dict[str, Any]:
    return {"attachment": Attachment(kind, media_id, "a.png", "image/png", 99).to_wire()}


async def file_fault(counter: Counter) -> str:
    report = FaultReport("web", counter.user_id, address="村口")
    return (await counter.backend.report_fault(report, idempotency_key="f")).order_no


async def test_a_place_in_a_running_outage_hears_of_it_before_any_question() -> None:
    counter = Counter()

    spoken = await counter.run(ReceiveLocation, "[位置]", metadata=place(DARK))

    assert spoken.responses == ["utter_media_place_running"]
    assert "12:30" in spoken.messages[0]["eta"]
    assert [button["payload"] for button in spoken.messages[0]["buttons"]] == [
        "报修停电",
        "北斗里小区停电信息",
        "附近营业厅",
    ]


@pytest.mark.parametrize(
    ("wire", "response"),
    [
        ({"latitude": 29.0101, "longitude": 126.0101, "label": ""}, "utter_media_place_planned"),
        (ZHINV, "utter_media_place_none"),
        (PARIS, "utter_media_place_elsewhere"),
        ({"latitude": -90, "longitude": 180, "label": ""}, "utter_media_place_elsewhere"),
        ({"latitude": 30.0, "longitude": 126.0, "label": "织女苑"}, "utter_media_place_elsewhere"),
    ],
)
async def test_a_place_is_told_what_is_known_there(wire: dict[str, Any], response: str) -> None:
    spoken = await Counter().run(ReceiveLocation, "[位置]", metadata=place(wire))

    assert spoken.responses == [response]


async def test_the_name_of_a_place_decides_between_neighbours() -> None:
    between = {"latitude": 29.0440, "longitude": 126.0425, "label": "织锦路35号织女苑"}

    spoken = await Counter().run(ReceiveLocation, "[位置]", metadata=place(between))

    assert spoken.slots["sent_place"]["estate"] == "织女苑"
    assert spoken.slots["sent_place"]["address"] == "织锦路35号织女苑"


async def test_the_report_after_a_place_does_not_ask_where() -> None:
    counter = Counter(bound=("6201024007281",))
    await counter.run(ReceiveLocation, "[位置]", metadata=place(ZHINV))

    check = await counter.run(CheckOutage, "报修停电", "outage_report")
    form = await counter.run(OutageForm, "报修停电", "outage_report", form=_FORM, events=opened(_FORM))

    assert check.followup == _FORM
    assert form.slots["area_id"] == "TA05"
    assert form.slots["address"].startswith("织女苑附近")
    assert form.slots["place_account"] is None
    assert form.responses == ["utter_place_located", "utter_outage_ask_outage_scope"]


async def test_a_place_of_an_hour_ago_is_asked_again() -> None:
    counter = Counter()
    await counter.run(ReceiveLocation, "[位置]", metadata=place(ZHINV))
    counter.clock.at += timedelta(hours=1)

    form = await counter.run(OutageForm, "报修停电", "outage_report", form=_FORM, events=opened(_FORM))

    assert form.responses == ["utter_outage_ask_address"]


async def test_a_place_sent_as_the_answer_fills_it() -> None:
    counter = Counter(slots={"requested_slot": "address"})

    spoken = await counter.run(OutageForm, "[位置]", "apply_meter_service", form=_FORM, metadata=place(ZHINV))

    assert spoken.slots["area_id"] == "TA05"
    assert spoken.slots["requested_slot"] == "outage_scope"


@pytest.mark.parametrize(
    ("bound", "answer", "account_no"),
    [
        ((_ZHINV,), "是的", _ZHINV),
        ((_ZHINV,), "只报这个位置", None),
        ((_ZHINV,), "不是", None),
        ((_ZHINV, _ZHINV_TOO), "尾号7208", _ZHINV_TOO),
        ((_ZHINV, _ZHINV_TOO), "第一户", _ZHINV),
        ((_ZHINV, _ZHINV_TOO), "都不是，在路上", None),
    ],
)
async def test_a_home_at_the_place_is_never_chosen_by_itself(
    bound: tuple[str, ...], answer: str, account_no: str | None
) -> None:
    counter = Counter(bound=(*bound, _WITH_ORDER), slots={"requested_slot": "address"})

    asked = await counter.run(OutageForm, "[位置]", "nlu_fallback", form=_FORM, metadata=place(ZHINV))
    told = await counter.run(OutageForm, answer, "affirm" if answer == "是的" else "nlu_fallback", form=_FORM)

    assert asked.responses == ["utter_place_ask_sent_home"]
    assert [button["payload"] for button in asked.messages[0]["buttons"]] == [
        *(f"尾号{number[-4:]}" for number in bound),
        "只报这个位置",
    ]
    assert asked.slots.get("place_account") is None
    assert told.slots["place_account"] == account_no
    assert told.slots["address"]
    assert told.slots["requested_slot"] == "outage_scope"


async def test_a_place_abroad_asks_for_the_community() -> None:
    counter = Counter(slots={"requested_slot": "address"})

    spoken = await counter.run(OutageForm, "[位置]", "nlu_fallback", form=_FORM, metadata=place(PARIS))

    assert spoken.responses == ["utter_media_place_elsewhere"]
    assert spoken.slots["requested_slot"] == "address"
    assert "address" not in spoken.slots


async def test_a_place_that_no_question_wants_is_said_to_be_none() -> None:
    counter = Counter(slots={"requested_slot": "account_no"})

    spoken = await counter.run(
        AccountBindForm, "[位置]", "cancel_flow", form="account_bind_form", metadata=place(ZHINV)
    )

    assert spoken.responses[0] == "utter_media_place_not_now"
    assert spoken.slots["requested_slot"] == "account_no"
    assert spoken.slots["invalid_answers"] is None


@pytest.mark.parametrize("wire", [ZHINV, PARIS])
async def test_in_danger_any_place_is_an_order_at_once(wire: dict[str, Any]) -> None:
    counter = Counter(bound=(_ZHINV, _ZHINV_TOO), slots={"requested_slot": "address", "danger_sign": "电线落地或低垂"})

    spoken = await counter.run(DangerForm, "[位置]", "nlu_fallback", form="danger_form", metadata=place(wire))

    assert spoken.slots["danger_order"]
    assert spoken.slots["requested_slot"] == "phone"
    assert "utter_danger_order" in spoken.responses


async def test_the_same_danger_told_more_exactly_is_no_second_order() -> None:
    slots = {"requested_slot": "phone", "danger_order": "F1", "area_id": "TA05", "address": "织女苑"}
    counter = Counter(slots=slots)

    spoken = await counter.run(DangerForm, "[位置]", "nlu_fallback", form="danger_form", metadata=place(ZHINV))

    assert "report_fault" not in counter.backend.calls
    assert spoken.responses[0] == "utter_danger_more_noted"
    assert spoken.handoff is not None
    assert spoken.slots["requested_slot"] == "phone"


async def test_a_place_after_the_danger_goes_to_who_looks_after_it() -> None:
    counter = Counter(slots={"danger_order": "F26112100099"})

    spoken = await counter.run(ReceiveLocation, "[位置]", metadata=place(PARIS))

    assert spoken.responses == ["utter_danger_more_noted"]
    assert spoken.handoff is not None
    assert "埃菲尔铁塔" in str(spoken.handoff["summary"])


async def test_a_picture_goes_to_the_open_order_and_says_its_number() -> None:
    counter = Counter(bound=(_WITH_ORDER,))

    spoken = await counter.run(ReceivePicture, "[图片]", metadata=picture())

    assert spoken.responses == ["utter_media_added"]
    assert spoken.messages[0]["order_no"] == "F26112100031"
    assert list(counter.backend.attachments["F26112100031"]) == ["m1"]


async def test_a_picture_first_waits_for_the_report() -> None:
    counter = Counter()
    first = await counter.run(ReceivePicture, "[图片]", metadata=picture("m1"))
    await counter.run(ReceivePicture, "[图片]", metadata=picture("m2"))
    counter.slots |= {"address": "织女苑 3栋", "area_id": "TA05", "phone": "none"}

    filed = await counter.run(ReportFault, "不留", "deny")

    number = filed.messages[0]["order_no"]
    assert first.responses == ["utter_media_what_about"]
    assert len(first.messages[0]["buttons"]) == 4
    assert list(counter.backend.attachments[number]) == ["m1", "m2"]
    assert filed.responses[-1] == "utter_media_attached"
    assert filed.slots["pending_pictures"] is None


async def test_a_picture_inside_a_form_is_kept_and_the_question_stands() -> None:
    counter = Counter(slots={"requested_slot": "outage_scope", "address": "织女苑 3栋", "area_id": "TA05"})

    spoken = await counter.run(OutageForm, "[图片]", "out_of_scope", form=_FORM, metadata=picture())

    assert spoken.responses == ["utter_media_kept", "utter_outage_ask_outage_scope"]
    assert spoken.slots["pending_pictures"][0]["media_id"] == "m1"
    assert spoken.slots["invalid_answers"] is None


async def test_a_picture_of_danger_goes_with_the_urgent_order() -> None:
    counter = Counter()
    await counter.run(ReceivePicture, "[图片]", metadata=picture())

    spoken = await counter.run(ReportDanger, "织女苑电线掉地上了", "danger_report", address="织女苑")

    assert list(counter.backend.attachments[spoken.slots["danger_order"]]) == ["m1"]


async def test_a_picture_asked_for_a_phone_does_not_end_the_danger_form() -> None:
    counter = Counter(slots={"requested_slot": "phone", "address": "织女苑"})
    counter.slots["danger_order"] = await file_fault(counter)

    kept = await counter.run(DangerForm, "[图片]", "nlu_fallback", form="danger_form", metadata=picture())

    assert kept.responses == ["utter_media_added", "utter_outage_ask_phone"]
    assert kept.slots["requested_slot"] == "phone"
    assert "phone" not in kept.slots
    assert list(counter.backend.attachments[counter.slots["danger_order"]]) == ["m1"]


async def test_a_picture_before_the_place_of_the_danger_waits_for_it() -> None:
    counter = Counter(slots={"requested_slot": "address", "danger_sign": "电线落地或低垂"})

    await counter.run(DangerForm, "[图片]", "nlu_fallback", form="danger_form", metadata=picture())
    filed = await counter.run(DangerForm, "织女苑门口", "nlu_fallback", form="danger_form", address="织女苑门口")
    await counter.run(UpdateDanger, "没有", "deny")

    assert list(counter.backend.attachments[filed.slots["danger_order"]]) == ["m1"]


async def test_a_danger_with_its_place_is_one_order() -> None:
    counter = Counter()
    said: dict[str, Any] = {"text": "织女苑电线掉地上了", "intent": "danger_report", "address": "织女苑"}

    reported = await counter.run(ReportDanger, **said)
    await counter.run(DangerForm, **said, form="danger_form", events=opened("danger_form"))

    assert counter.slots["danger_order"] == reported.slots["danger_order"]
    assert counter.backend.calls.count("report_fault") == 1


async def test_an_order_stands_when_its_picture_cannot_be_added() -> None:
    counter = Counter()
    await counter.run(ReceivePicture, "[图片]", metadata=picture())
    counter.slots |= {"address": "织女苑 3栋", "area_id": "TA05", "phone": "none"}

    async def refuse(*_: Any, **__: Any) -> None:
        raise BackendUnavailable("gone")

    counter.backend.attach = refuse  # type: ignore[method-assign]
    filed = await counter.run(ReportFault, "不留", "deny")

    assert filed.responses == ["utter_outage_reported", "utter_media_not_attached"]
    assert counter.slots["pending_pictures"]


async def test_a_picture_survives_a_company_that_is_down() -> None:
    counter = Counter()
    counter.backend.failure = BackendUnavailable("gone")

    spoken = await counter.run(ReceivePicture, "[图片]", metadata=picture())

    assert spoken.responses == ["utter_backend_down"]
    assert spoken.slots["pending_pictures"][0]["media_id"] == "m1"


async def test_only_the_newest_pictures_of_today_wait() -> None:
    counter = Counter()
    await counter.run(ReceivePicture, "[图片]", metadata=picture("old"))
    counter.clock.at += timedelta(days=1)
    for number in range(MOST_KEPT + 2):
        spoken = await counter.run(ReceivePicture, "[图片]", metadata=picture(f"m{number}"))

    waiting = [one["media_id"] for one in spoken.slots["pending_pictures"]]
    assert waiting == [f"m{number}" for number in range(2, MOST_KEPT + 2)]


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("video", "utter_media_video"),
        ("sticker", "utter_media_sticker"),
        ("file", "utter_media_file"),
        ("miniprogram", "utter_media_file"),
    ],
)
async def test_other_kinds_are_answered_kindly(kind: str, response: str) -> None:
    spoken = await Counter().run(ReceivePicture, "[文件]", metadata=picture("", kind))

    assert spoken.responses == [response]


async def test_a_voice_nobody_understood_is_asked_to_be_typed() -> None:
    counter = Counter(slots={"requested_slot": "outage_scope", "address": "织女苑 3栋", "area_id": "TA05"})

    outside = await counter.run(VoiceUnheard, "[语音]", metadata=picture("", "voice"))
    inside = await counter.run(OutageForm, "[语音]", "out_of_scope", form=_FORM, metadata=picture("", "voice"))

    assert outside.responses == ["utter_media_voice"]
    assert inside.responses == ["utter_media_voice", "utter_outage_ask_outage_scope"]


async def test_a_voice_that_was_understood_answers_the_question() -> None:
    counter = Counter(slots={"requested_slot": "outage_scope", "address": "织女苑 3栋", "area_id": "TA05"})
    heard = {"attachment": Attachment("voice", "", text="整栋都没电").to_wire()}

    spoken = await counter.run(OutageForm, "整栋都没电", "outage_report", form=_FORM, metadata=heard)

    assert spoken.slots["outage_scope"] == "整栋"
