"""Masks: nothing personal in full, nothing harmless broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.privacy import mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我的户号6201011006117", "我的户号****6117"),
        ("电话13800001011谢谢", "电话138****1011谢谢"),
        ("138 0000 1011", "138****1011"),
        ("身份证11010119900307888X", "身份证****888X"),
        ("卡号6222021234567890123", "卡号****0123"),
        ("旧户号1101234567", "旧户号****4567"),
        ("工单F26112100012到了", "工单F26112100012到了"),
        ("电费190.20元，318度", "电费190.20元，318度"),
        ("2026年10月", "2026年10月"),
    ],
)
def test_numbers_in_text_are_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("林望舒", "林**"), ("星河精密制造有限公司", "星河****公司")]
)
def test_names_keep_their_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True))
def test_no_phone_passes_whole(phone: str) -> None:
    assert phone not in mask_text(f"电话{phone}。")
    assert mask_phone(phone)[-4:] == phone[-4:]
