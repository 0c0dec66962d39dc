"""Judging what was heard: patterns, owner, counts, what may never be said, records."""

from __future__ import annotations

from typing import Any

import pytest

from tools.dialogues.checks import (
    Heard,
    Stretch,
    forbidden,
    heard,
    judge,
    judge_finally,
    judge_records,
    matches,
    normalise,
    numbered,
)


def stretch(
    *texts: str, turns: int = 1, owner: str = "bot", role: str = "bot", before: tuple[str, ...] = ()
) -> Stretch:
    return Stretch([Heard(role, text) for text in texts], turns, owner, [Heard(role, text) for text in before])


def failed(expect: dict[str, Any], heard_so_far: Stretch) -> list[str]:
    return [failure.expected for failure in judge(1, expect, heard_so_far)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("8 米以外", "8米以外"),
        ("２０２６年", "2026年"),
        ("F2611\u200b21", "F261121"),
        ("how are you", "how are you"),
        ("請 輸入", "請輸入"),
    ],
)
def test_texts_are_normalised_and_scripts_kept_apart(text: str, wanted: str) -> None:
    assert normalise(text) == wanted


@pytest.mark.parametrize(
    ("expect", "wrong"),
    [
        ({"all": ["190\\.20", "318"]}, []),
        ({"all": ["190\\.20", "999"]}, ["all: ['999']"]),
        ({"any": ["xyz", "318"]}, []),
        ({"any": ["xyz"]}, ["any: ['xyz']"]),
        ({"none": ["318"]}, ["none: ['318']"]),
        ({"first": ["318"]}, []),
        ({"first": ["190"]}, ["first: ['190']"]),
        ({"all": "318度.*190"}, []),
        ({"owner": "bot|queue"}, []),
        ({"owner": "agent"}, ["owner agent"]),
        ({"max_bot_messages": 1}, ["at most 1 bot messages"]),
        ({"min_bot_messages": 3}, ["at least 3 bot messages"]),
        ({}, []),
    ],
)
def test_an_expectation_is_held_against_the_stretch(expect: dict[str, Any], wrong: list[str]) -> None:
    assert failed(expect, stretch("用电 318 度", "电费 190.20 元")) == wrong


def test_silence_fails_only_while_the_bot_owns_the_talk() -> None:
    assert failed({}, stretch()) == ["at least 1 bot messages"]
    assert failed({}, stretch(owner="queue")) == []
    assert failed({}, stretch(turns=0)) == []


def test_four_bubbles_are_too_many_for_one_turn_and_not_for_two() -> None:
    assert failed({}, stretch("a", "b", "c", "d")) == ["at most 3 bot messages"]
    assert failed({}, stretch("a", "b", "c", "d", turns=2)) == []


def test_a_stretch_of_talk_is_read_with_the_step_before_it_and_not_counted_with_it() -> None:
    talk = stretch("编号 F26112100032", before=("a", "b", "c", "12:30"))

    assert failed({"all": ["12:30", "F26112100032"], "first": ["a"]}, talk) == []


def test_the_agents_own_words_are_not_judged() -> None:
    assert failed({"none": ["保证"]}, stretch("我保证", role="agent", owner="agent")) == []


def test_labels_and_card_fields_are_words_too() -> None:
    card = {
        "title": "账单",
        "rows": [{"label": "用电量", "value": "318 度"}],
        "total": {"label": "合计", "value": "190.20"},
    }
    message = {"role": "bot", "text": "好的", "buttons": [{"label": "明细", "payload": "/x"}], "card": card}

    line = heard(message)

    assert line.text == "好的\n明细\n账单\n用电量 318 度\n合计 190.20"
    assert line.buttons[0]["label"] == "明细"


def test_a_numbered_list_is_read_as_choices() -> None:
    line = Heard("bot", "要办哪一样？\n1. 查电费\n2、报修停电\n（3）人工\n12：00 前")

    assert numbered([line]) == [("查电费", "1"), ("报修停电", "2")]


@pytest.mark.parametrize(
    "text",
    ["户号 6201011006117", "电话１３８０００01011", "utter_bill", "Traceback (most recent", "您好 {name}", "${code}"],
)
def test_what_may_never_be_said_is_found(text: str) -> None:
    assert forbidden([Heard("bot", text)], {"6201011006117", "13800001011"})
    assert not forbidden([Heard("agent", text)], {"6201011006117", "13800001011"})


def test_never_and_some_look_at_the_whole_conversation() -> None:
    lines = [Heard("bot", "马上为您转人工"), Heard("system", "您排在第一位"), Heard("agent", "保证")]

    assert judge_finally({"never": ["保证"], "some": ["转人工", "第一位"]}, lines) == []
    assert [f.expected for f in judge_finally({"never": "人工", "some": "没有"}, lines)] == ["never 人工", "some 没有"]


@pytest.mark.parametrize(
    ("value", "wanted", "fits"),
    [
        ("80.00", "80.00", True),
        ("80.00", 80, True),
        ("190.20", 190.2, True),
        ("80.00", "80", False),
        (True, True, True),
        (True, "true", True),
        (False, True, False),
        (None, None, True),
        ("", None, True),
        ([], None, True),
        ("x", None, False),
        ("2026-11-25T09:00:00+08:00", "re:^2026-11-25", True),
        (None, "re:.", False),
        (3, "3", True),
    ],
)
def test_a_field_is_compared_as_text_by_pattern_or_as_missing(value: Any, wanted: Any, fits: bool) -> None:
    failure = judge_records({"kind": "case", "fields": {"field": wanted}}, [{"field": value}])

    assert (failure is None) is fits


@pytest.mark.parametrize(
    ("count", "there", "holds"),
    [
        (1, 1, True),
        (1, 2, False),
        (0, 0, True),
        (">=1", 2, True),
        (">=1", 0, False),
        ("<=1", 0, True),
        ("<=1", 2, False),
    ],
)
def test_records_are_counted(count: object, there: int, holds: bool) -> None:
    assert (judge_records({"kind": "case", "count": count}, [{"a": 1}] * there) is None) is holds


def test_a_label_is_found_as_people_read_it() -> None:
    assert matches("尾号6117", "尾号 6117（流萤花园）")
