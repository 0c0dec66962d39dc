"""Lines as plain text: cards, numbered buttons, and cuts that lose nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.shared.plain import after, cut, shorten, write
from connectors.shared.ports import Parcel
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from runtime.clock import SHANGHAI

_AT = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)


def say(_: str) -> str:
    return "请选："


def line(text: str, role: Role = Role.BOT, **body: object) -> Line:
    agent = AgentIdentity("K0104", "江一苇") if role is Role.AGENT else None
    return Line("wechat:o1", 1, role, {"text": text, **body}, _AT, 0, agent)


def buttons(*labels: str) -> list[dict[str, str]]:
    return [{"label": label, "payload": label} for label in labels]


def test_buttons_of_several_lines_are_counted_through() -> None:
    parcel = Parcel("wechat:o1", (line("先", buttons=buttons("甲", "乙")), line("后", buttons=buttons("丙"))))

    letter = write(parcel, say)

    assert letter.with_list(say) == "先\n\n请选：\n1. 甲\n2. 乙\n\n后\n\n请选：\n3. 丙"
    assert (letter.first_choice, [button.label for button in letter.buttons]) == (3, ["丙"])


def test_buttons_that_no_number_picks_are_listed_without_numbers() -> None:
    parcel = Parcel("wechat:o1", (line("几天", buttons=buttons("3天", "7天")),), first_choice=0)

    assert write(parcel, say).with_list(say) == "几天\n\n请选：\n\u00b7 3天\n\u00b7 7天"


def test_a_full_turn_of_two_bubbles_with_buttons_is_two_messages_at_most() -> None:
    sentence = "计算阶梯电费时以每户每月的用电量为准。"
    bubble = (sentence * 20)[:300]
    parcel = Parcel("wechat:o1", (line(bubble), line(bubble, buttons=buttons("查电费", "报修停电", "转人工"))))

    parts = cut(write(parcel, say).with_list(say), 2000)

    assert len(parts) <= 2
    assert all(len(part.encode()) <= 2000 for part in parts)
    assert "".join(parts).count(sentence) == 2 * (300 // len(sentence))


def test_an_agent_is_named() -> None:
    assert write(Parcel("wechat:o1", (line("您好", Role.AGENT),)), say).text == "江一苇：您好"


def test_buttons_alone_are_a_list() -> None:
    assert write(Parcel("wechat:o1", (line("", buttons=buttons("甲")),)), say).with_list(say) == "请选：\n1. 甲"


def test_a_card_is_rows() -> None:
    card = {"kind": "bill", "title": "账单", "rows": [{"label": "用电量", "value": "318 度"}], "note": "仅供参考"}

    assert write(Parcel("wechat:o1", (line("", card=card),)), say).text == "【账单】\n用电量：318 度\n仅供参考"


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("短。", 100, ["短。"]),
        ("第一句。第二句。", 15, ["第一句。", "第二句。"]),
        ("一行\n两行", 8, ["一行", "两行"]),
        ("没有标点的长句子", 9, ["没有标", "点的长", "句子"]),
        ("前半，后半", 10, ["前半，", "后半"]),
        ("", 10, []),
    ],
)
def test_a_text_is_cut_where_a_reader_would(text: str, most: int, parts: list[str]) -> None:
    assert cut(text, most) == parts


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=300), st.integers(4, 60))
def test_a_cut_loses_no_word_and_keeps_its_limit(text: str, most: int) -> None:
    parts = cut(text, most)

    assert "".join(parts).replace("\n", "") == text.replace("\n", "")
    assert all(len(part.encode()) <= most for part in parts)


def test_a_shortened_text_and_its_rest_hold_every_word() -> None:
    text = "第一句话说明电价。\n" * 40

    said, rest = shorten(text, 300, "（回复继续）")

    assert said.endswith("\n（回复继续）")
    assert len(said.encode()) <= 300
    assert (said.removesuffix("（回复继续）") + rest).replace("\n", "") == text.replace("\n", "")


def test_what_follows_the_parts_of_a_text_is_the_other_parts() -> None:
    text = "一二三。\n\n四五六。\n七八九。"
    parts = cut(text, 16)

    assert after(text, parts[:1]).replace("\n", "") == "".join(parts[1:]).replace("\n", "")
    assert after(text, []) == text
    assert after(text, parts) == ""


@pytest.mark.parametrize("character", ["👨‍👩‍👧", "👍🏽", "🇨🇳", "e\u0301", "1️⃣"])
def test_a_cut_leaves_what_a_reader_takes_for_one_character_whole(character: str) -> None:
    parts = cut(character * 12, 40)

    assert "".join(parts) == character * 12
    assert all(part == character * (len(part) // len(character)) for part in parts)
