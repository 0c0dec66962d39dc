"""Account numbers, check codes and bindings: each refusal has its sentence, nothing is shown before the proof."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.account import AccountBindForm
from actions.account_manage import ConfirmBinding, ManageAccount
from tests.builders import Counter, opened

_FORM = "account_bind_form"
_ACCOUNT = "6201011006117"


async def _counter_with_code() -> Counter:
    counter = Counter(slots={"requested_slot": "account_no"})
    await counter.run(AccountBindForm, _ACCOUNT, "account_manage", form=_FORM, account_no=_ACCOUNT)
    return counter


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_a_known_number_brings_a_code_and_asks_for_it() -> None:
    counter = Counter(slots={"requested_slot": "account_no"})

    spoken = await counter.run(AccountBindForm, _ACCOUNT, "account_manage", form=_FORM, account_no=_ACCOUNT)

    assert spoken.responses == ["utter_account_ask_check_code"]
    assert spoken.messages[0]["phone"] == "138****1011"
    assert spoken.messages[0]["tail"] == "6117"


@pytest.mark.parametrize(
    ("text", "length"),
    [("330100001234", 12), ("6201 0110-0611", 12), ("13800001011", 11)],
    ids=["one digit short", "in groups", "a phone number"],
)
async def test_a_number_of_wrong_length_is_told_its_length(text: str, length: int) -> None:
    counter = Counter(slots={"requested_slot": "account_no"})

    spoken = await counter.run(AccountBindForm, text, "nlu_fallback", form=_FORM)

    assert spoken.responses == ["utter_account_length"]
    assert spoken.messages[0]["length"] == length


@pytest.mark.parametrize(
    ("account_no", "response"),
    [
        pytest.param("6201011006999", "utter_account_unknown", id="unknown"),
        pytest.param("6201011006240", "utter_account_unknown", id="closed: as if unknown"),
        pytest.param("6201037008273", "utter_account_no_phone", id="no valid phone on file"),
    ],
)
async def test_a_refused_number_has_its_own_sentence(account_no: str, response: str) -> None:
    counter = Counter(slots={"requested_slot": "account_no"})

    spoken = await counter.run(AccountBindForm, account_no, "account_manage", form=_FORM, account_no=account_no)

    assert spoken.responses[0] == response


async def test_the_right_code_completes_the_form_and_is_not_kept() -> None:
    counter = await _counter_with_code()
    code = counter.backend.sent_code(_ACCOUNT)

    spoken = await counter.run(AccountBindForm, code, "nlu_fallback", form=_FORM)

    assert spoken.slots["form_outcome"] == "complete"
    assert code not in spoken.slots.values()


async def test_three_wrong_codes_end_the_asking_and_offer_a_person() -> None:
    counter = await _counter_with_code()
    wrong = _wrong(counter.backend.sent_code(_ACCOUNT))
    for _ in range(2):
        await counter.run(AccountBindForm, wrong, "nlu_fallback", form=_FORM)

    spoken = await counter.run(AccountBindForm, wrong, "nlu_fallback", form=_FORM)

    assert spoken.responses == ["utter_account_codes_used_up"]
    assert spoken.slots["form_outcome"] == "abandoned"


async def test_a_wrong_code_tells_the_tries_left() -> None:
    counter = await _counter_with_code()

    spoken = await counter.run(AccountBindForm, _wrong(counter.backend.sent_code(_ACCOUNT)), "nlu_fallback", form=_FORM)

    assert spoken.responses == ["utter_account_code_wrong"]
    assert spoken.messages[0]["left"] == 2


async def test_an_expired_code_is_told() -> None:
    counter = await _counter_with_code()
    counter.clock.at += timedelta(minutes=6)

    spoken = await counter.run(AccountBindForm, counter.backend.sent_code(_ACCOUNT), "", form=_FORM)

    assert spoken.responses == ["utter_account_code_expired"]


async def test_a_foreign_phone_ends_without_showing_anything() -> None:
    counter = await _counter_with_code()

    spoken = await counter.run(AccountBindForm, "这手机我爸的 我没有", "deny", form=_FORM)

    assert spoken.responses == ["utter_account_not_my_phone"]
    assert spoken.slots["form_outcome"] == "abandoned"


async def test_a_corrected_number_brings_a_new_code() -> None:
    counter = await _counter_with_code()

    spoken = await counter.run(
        AccountBindForm, "打错了 6201011006125", "correct_info", form=_FORM, account_no="6201011006125"
    )

    assert spoken.slots["account_no"] == "6201011006125"
    assert spoken.messages[0]["phone"] == "138****1022"


async def test_binding_twice_says_that_it_is_bound() -> None:
    counter = Counter(bound=(_ACCOUNT,))

    spoken = await counter.run(ManageAccount, f"绑定{_ACCOUNT}", "account_manage", account_no=_ACCOUNT)

    assert spoken.responses == ["utter_account_already_bound"]


async def test_a_number_in_the_first_message_is_not_asked_again() -> None:
    counter = Counter(slots={"account_no": _ACCOUNT})

    spoken = await counter.run(
        AccountBindForm, f"绑定{_ACCOUNT}", "account_manage", form=_FORM, events=opened(_FORM), account_no=_ACCOUNT
    )

    assert spoken.slots["requested_slot"] == "check_code"


async def test_the_list_of_accounts_shows_last_digits_only() -> None:
    counter = Counter(bound=(_ACCOUNT, "6201037008307"))

    spoken = await counter.run(ManageAccount, "我户号是多少", "account_manage")

    assert spoken.responses == ["utter_account_bound_list"]
    assert _ACCOUNT not in spoken.messages[0]["accounts"]


async def test_a_finished_binding_forgets_the_number() -> None:
    counter = Counter(slots={"account_no": _ACCOUNT, "check_code": "passed"})

    spoken = await counter.run(ConfirmBinding)

    assert spoken.responses == ["utter_account_bound"]
    assert spoken.slots["account_no"] is None
