"""What of an agent's words is a promise, and until when."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.promises.detector import find
from tools.measure_promises import measure, read

NOW = datetime.fromisoformat("2026-11-18T10:00:00+08:00")


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("今天18点前到", "2026-11-18T18:00"),
        ("明天上午给您回电", "2026-11-19T12:00"),
        ("半小时内给您回复", "2026-11-18T10:30"),
        ("这周五之前处理好", "2026-11-20T18:00"),
        ("明天下午給您回電", "2026-11-19T18:00"),
        ("师傅明天9点到10点之间上门", "2026-11-19T10:00"),
    ],
)
def test_a_promise_is_due_at_the_end_of_what_it_names(said: str, due: str) -> None:
    assert [found.due_at.strftime("%Y-%m-%dT%H:%M") for found in find(said, NOW)] == [due]


@pytest.mark.parametrize(
    "said",
    [
        *("", "您好", "请您在25号前交费", "一般45分钟内到现场", "师傅昨天来过了", "明天上午方便吗？", "今天8点前到的"),
        "工单有新进展我第一时间告诉您",
    ],
)
def test_what_binds_nobody_is_no_promise(said: str) -> None:
    assert find(said, NOW) == []


def test_an_hour_that_is_over_is_tomorrow_and_two_sentences_are_two_promises() -> None:
    evening = NOW.replace(hour=20)

    found = find("18点前到。明天上午给您回电！", evening)

    assert [one.due_at.isoformat()[:16] for one in found] == ["2026-11-19T18:00", "2026-11-19T12:00"]


def test_the_labelled_lines_are_found_well() -> None:
    at, parts = read()

    figures, _ = measure(parts["held_out"], at)

    assert figures.lines >= 60
    assert figures.precision >= 0.95
    assert figures.recall >= 0.9
    assert figures.due >= 0.95


@pytest.mark.parametrize("said", ["今天" * 5000, "1" * 10_000 + "点前到", "半" * 3000 + "小时内到"])
def test_a_strange_line_is_read_in_time(said: str) -> None:
    assert len(find(said, NOW)) <= 1
