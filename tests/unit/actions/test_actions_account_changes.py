"""Unbinding, a new phone, and finding an account: what is asked, and what is never told."""

from __future__ import annotations

from actions.account_changes import ChangePhone, FindAccount, PhoneChangeForm, Unbind, UnbindForm
from actions.account_manage import ManageAccount
from conversation.identity import ChannelName, ChannelUser
from tests.builders import Counter, opened

_LIN, _VILLAGE = "6201011006117", "6201037008307"


async def test_the_only_account_is_unbound_after_a_yes() -> None:
    counter = Counter(bound=(_LIN,))

    begun = await counter.run(ManageAccount, "帮我解绑", "account_manage")
    asked = await counter.run(UnbindForm, "帮我解绑", "account_manage", events=opened("unbind_form"))
    agreed = await counter.run(UnbindForm, "确定", "affirm", form="unbind_form")
    done = await counter.run(Unbind, "确定", "affirm")

    assert begun.followup == "unbind_form"
    assert asked.responses == ["utter_account_confirm_unbind"]
    assert agreed.slots["form_outcome"] == "complete"
    assert done.responses == ["utter_account_unbound"]
    assert await counter.backend.bindings(ChannelUser(ChannelName.WEB, counter.user_id)) == []


async def test_of_two_accounts_the_named_one_is_unbound() -> None:
    counter = Counter(bound=(_LIN, _VILLAGE))

    spoken = await counter.run(UnbindForm, "解绑尾号8307那户", "account_manage", events=opened("unbind_form"))

    assert spoken.slots["unbind_account"] == _VILLAGE


async def test_a_phone_changes_with_a_code_from_each_phone() -> None:
    counter = Counter(bound=(_LIN,))

    begun = await counter.run(ManageAccount, "我换手机号了", "account_manage")
    asked = await counter.run(PhoneChangeForm, "我换手机号了", "account_manage", events=opened("phone_change_form"))
    told = await counter.run(PhoneChangeForm, "13900001234", form="phone_change_form", phone="13900001234")
    old = await counter.run(PhoneChangeForm, "135791", "nlu_fallback", form="phone_change_form")
    new = await counter.run(PhoneChangeForm, "246802", "nlu_fallback", form="phone_change_form")
    done = await counter.run(ChangePhone, "246802", "nlu_fallback")

    assert begun.followup == "phone_change_form"
    assert asked.responses == ["utter_account_ask_new_phone"]
    assert told.responses == ["utter_account_ask_old_code"]
    assert old.responses == ["utter_account_ask_new_code"]
    assert new.slots["form_outcome"] == "complete"
    assert done.responses == ["utter_account_phone_changed"]
    assert "13900001234" not in str(done.messages)


async def test_a_phone_number_of_ten_digits_is_refused() -> None:
    counter = Counter(bound=(_LIN,), slots={"account_no": _LIN, "check_code": "passed", "requested_slot": "new_phone"})

    spoken = await counter.run(PhoneChangeForm, "1390000123", "nlu_fallback", form="phone_change_form")

    assert spoken.responses == ["utter_account_new_phone_invalid"]


async def test_a_search_tells_masks_and_what_does_not_fit_tells_nothing() -> None:
    fitting = Counter(slots={"holder_name": "林望舒", "holder_hint": "13800001011"})
    wrong = Counter(slots={"holder_name": "林望舒", "holder_hint": "13800009999"})

    found = await fitting.run(FindAccount, "13800001011", "nlu_fallback")
    none = await wrong.run(FindAccount, "13800009999", "nlu_fallback")

    assert found.responses == ["utter_account_found"]
    assert "6117" in str(found.messages)
    assert _LIN not in str(found.messages)
    assert none.responses == ["utter_account_not_found"]
