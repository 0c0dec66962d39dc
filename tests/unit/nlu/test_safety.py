"""The safety gate: present danger in any wording, and nothing that only sounds like it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policies.safety import Danger, DangerKind
from tests.fakes.gate import trained_gate


def _check(text: str) -> Danger | None:
    return trained_gate().check(text)


@pytest.mark.parametrize(
    ("text", "kind", "sign"),
    [
        ("电线掉地上了", DangerKind.WIRE_DOWN, "电线落地或低垂"),
        ("店线断了掉在第上冒火花 在村口小卖部", DangerKind.WIRE_DOWN, "电线落地或低垂"),
        ("樹壓住電線喇", DangerKind.WIRE_DOWN, "树压线"),
        ("鱼竿碰到高压线了", DangerKind.WIRE_DOWN, "鱼塘/钓鱼碰线"),
        ("电线杆倒了", DangerKind.EQUIPMENT, "电杆倒斜"),
        ("变压器在喷油", DangerKind.EQUIPMENT, "变压器异响喷油"),
        ("有人触电了", DangerKind.SHOCK, "有人触电"),
        ("俾電親啊", DangerKind.SHOCK, "有人触电"),
        ("电表箱冒烟了", DangerKind.FIRE, "冒烟起火"),
        ("插座冒火花", DangerKind.FIRE, "打火"),
        ("有焦糊味", DangerKind.BURNING_SMELL, "焦糊味"),
        ("水淹到插座了", DangerKind.FLOOD, "水淹带电"),
    ],
)
def test_present_danger_is_named(text: str, kind: DangerKind, sign: str) -> None:
    danger = _check(text)

    assert danger is not None
    assert (danger.kind, danger.sign) == (kind, sign)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("没有冒烟", id="denied"),
        pytest.param("没看到火花", id="not-seen"),
        pytest.param("要是电线掉下来怎么办", id="supposed"),
        pytest.param("火冒三丈", id="figure-of-speech"),
        pytest.param("触电的感觉", id="simile"),
        pytest.param("去年着过火", id="past"),
        pytest.param("电费高得吓人要着火了", id="exaggeration"),
        pytest.param("灯泡不亮", id="no-danger"),
        pytest.param("没有", id="bare-no"),
    ],
)
def test_what_only_sounds_like_danger_is_not(text: str) -> None:
    assert _check(text) is None


def test_the_quote_is_the_customers_own_text() -> None:
    text = "快來 變壓器著火啦"

    danger = _check(text)

    assert danger is not None
    assert text[danger.start : danger.start + len(danger.quote)] == danger.quote


def test_a_quote_stands_in_the_text_behind_capitals_that_two_letters_replace() -> None:
    text = "İ" * 20 + "房间里有股塑料烧过的怪味"

    danger = _check(text)

    assert danger is not None
    assert danger.quote
    assert danger.start < len(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("电线着火没有不是掉断，。 ")), max_size=80))
def test_any_text_is_taken(text: str) -> None:
    danger = _check(text)

    assert danger is None or text[danger.start : danger.start + len(danger.quote)] == danger.quote
