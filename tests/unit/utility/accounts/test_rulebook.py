"""The rules of accounts: phones and tags."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utility.accounts.rulebook import AccountRules, parse_rules
from utility.versions import read_versions


@lru_cache(maxsize=1)
def known_rules() -> AccountRules:
    return read_versions("accounts", parse_rules).at(date(2026, 11, 21), ("cn",)).value


@pytest.fixture
def rules() -> AccountRules:
    return known_rules()


@pytest.mark.parametrize(
    ("phone", "mobile", "any_phone"),
    [
        ("13800001011", True, True),
        ("1380000117", False, False),
        ("0620-5550301", False, True),
        ("12800001011", False, False),
        ("138000010111", False, False),
        ("", False, False),
    ],
)
def test_a_phone_is_told_by_its_form(rules: AccountRules, phone: str, mobile: bool, any_phone: bool) -> None:
    assert (rules.can_receive_codes(phone), rules.is_phone(phone)) == (mobile, any_phone)


@given(st.lists(st.sampled_from(["大客户", "低保", "联系方式异常", "生命支持设备", "不认识"])))
def test_the_companys_own_notes_and_unknown_tags_are_never_told(tags: list[str]) -> None:
    rules = known_rules()

    told = rules.told(tags)

    assert set(told) <= {"大客户", "低保", "生命支持设备"}
    assert len(rules.kinds(tags)) == len(set(told))


def test_a_holder_takes_their_own_tags_along(rules: AccountRules) -> None:
    assert rules.staying(["大客户", "低保", "自家备注"]) == ("大客户", "自家备注")
