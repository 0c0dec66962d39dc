"""Statements by e-mail: the address is asked for when nobody knows it, checked by its form, confirmed masked, kept."""

from __future__ import annotations

import pytest

from actions.letters import address_said
from actions.subscription import ManageNotices, NoticeForm, SettleNotice
from conversation.identity import ChannelUser
from tests.builders import Counter, Spoken, opened

_LIN, _CHEN = "6201011006117", "6201011006125"
_FORM = "notice_form"


async def _open(counter: Counter, text: str, **entities: str) -> Spoken:
    await counter.run(ManageNotices, text, "notice_subscription", **entities)
    return await counter.run(NoticeForm, text, "notice_subscription", form=_FORM, events=opened(_FORM), **entities)


async def _answer(counter: Counter, text: str, intent: str = "nlu_fallback") -> Spoken:
    return await counter.run(NoticeForm, text, intent, form=_FORM)


async def _settle(counter: Counter, spoken: Spoken) -> Spoken:
    assert spoken.slots["form_outcome"] == "complete"
    return await counter.run(SettleNotice)


def _user(counter: Counter) -> ChannelUser:
    return ChannelUser.of(f"web:{counter.user_id}")


async def _by_mail(counter: Counter, account_no: str) -> bool:
    found = await counter.backend.subscriptions(account_no, _user(counter))
    return any(one.enabled for one in found if (one.notice_type, one.channel) == ("电费账单", "mail"))


async def test_an_unknown_address_is_asked_for_confirmed_masked_and_kept() -> None:
    counter = Counter(bound=(_CHEN,))

    asked = await _open(counter, "把账单发到我邮箱")
    confirmed = await _answer(counter, "chen@qq.com")
    settled = await _settle(counter, await _answer(counter, "对", "affirm"))

    assert asked.responses == ["utter_notice_ask_mail"]
    assert confirmed.responses == ["utter_notice_confirm_mail"]
    assert confirmed.messages[0]["email"] == "c***@qq.com"
    assert settled.responses == ["utter_notice_on_mail"]
    assert settled.messages[0]["email"] == "c***@qq.com"
    assert await _by_mail(counter, _CHEN)
    assert await counter.backend.mail_address(_CHEN, _user(counter)) == "c***@qq.com"


async def test_an_address_on_file_is_only_confirmed() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _open(counter, "电费账单发我邮箱", notice_type="电费账单")
    settled = await _settle(counter, await _answer(counter, "对", "affirm"))

    assert asked.responses == ["utter_notice_confirm_mail"]
    assert asked.messages[0]["email"] == "l***@example.com"
    assert settled.responses == ["utter_notice_on_mail"]
    assert "change_mail_address" not in counter.backend.calls


@pytest.mark.parametrize("said", ["换个邮箱", "不是这个邮箱"])
async def test_another_address_than_the_one_on_file_is_asked_for(said: str) -> None:
    counter = Counter(bound=(_LIN,))
    await _open(counter, "电费账单发我邮箱", notice_type="电费账单")

    asked = await _answer(counter, said)
    confirmed = await _answer(counter, "wang.shu@163.com")

    assert asked.responses == ["utter_notice_ask_mail"]
    assert confirmed.messages[0]["email"] == "w***@163.com"


async def test_an_address_in_the_first_message_is_taken_and_may_be_corrected() -> None:
    counter = Counter(bound=(_CHEN,))

    first = await _open(counter, "账单每月发到 chen@qq.com")
    corrected = await _answer(counter, "写错了 是chenyh@qq.com", "correct_info")
    await _settle(counter, await _answer(counter, "对", "affirm"))

    assert first.messages[0]["email"] == "c***@qq.com"
    assert corrected.responses == ["utter_notice_confirm_mail"]
    members = (await counter.backend.audience(account_no=_CHEN)).members
    assert members[0].email == "chenyh@qq.com"


@pytest.mark.parametrize("said", ["chen@qq", "@qq.com", "chen@", "chen@@qq.com"])
async def test_what_cannot_be_an_address_is_refused(said: str) -> None:
    counter = Counter(bound=(_CHEN,))
    await _open(counter, "把账单发到我邮箱")

    refused = await _answer(counter, said)

    assert refused.responses[0] == "utter_notice_mail_invalid"
    assert not await _by_mail(counter, _CHEN)


async def test_nothing_is_ordered_without_a_yes() -> None:
    counter = Counter(bound=(_LIN,))
    await _open(counter, "电费账单发我邮箱", notice_type="电费账单")

    left = await _answer(counter, "算了", "cancel_flow")

    assert left.slots["form_outcome"] == "abandoned"
    assert not await _by_mail(counter, _LIN)


async def test_letters_are_ended_and_the_other_ways_stay() -> None:
    counter = Counter(bound=(_LIN,))
    await _open(counter, "电费账单发我邮箱", notice_type="电费账单")
    await _settle(counter, await _answer(counter, "对", "affirm"))

    off = await _settle(counter, await _open(counter, "电费账单别发邮箱了", notice_type="电费账单"))

    assert off.responses == ["utter_notice_off_kept"] or off.responses == ["utter_notice_off"]
    found = await counter.backend.subscriptions(_LIN, _user(counter))
    assert {one.channel: one.enabled for one in found if one.notice_type == "电费账单"} == {
        "mail": False,
        "wechat": True,
    }


async def test_who_gets_no_letters_loses_nothing_by_ending_them() -> None:
    counter = Counter(bound=(_LIN,))

    off = await _settle(counter, await _open(counter, "电费账单别发邮箱了", notice_type="电费账单"))

    assert off.responses == ["utter_notice_mail_none"]
    assert "set_subscription" not in counter.backend.calls


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("发到chen@qq.com，谢谢", "chen@qq.com"),
        ("chen＠qq.com", "chen@qq.com"),
        ("a.b-c_1@mail.example.com.cn。", "a.b-c_1@mail.example.com.cn"),
        ("发到邮箱", None),
        ("chen@qq", ""),
    ],
)
def test_an_address_is_found_in_its_sentence(text: str, found: str | None) -> None:
    visit = type("Said", (), {"text": text})()

    assert address_said(visit) == found
