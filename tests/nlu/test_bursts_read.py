"""Which lines of a burst the trained understanding takes for one thought: what people send in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.reading import LineReader
from bot.reception.burst_rules import burst_rules
from bot.reception.bursts import Bursts
from bot.reception.claim import Claim, Waiting
from conversation.events import Owner
from runtime.clock import SystemClock
from tools.train import ensure_model
from tools.trained_model import load_agent

# Lines of one customer as they come, and the turns they are.
BURSTS: tuple[tuple[str, ...], ...] = (
    ("我家|停电了|在织女苑",),
    ("你好|我家没电了|织女苑3幢",),
    ("问一下|上个月的|电费",),
    ("我想|查一下|电费",),
    ("家里停电了|怎么办",),
    ("查一下电费", "转人工"),
    ("我要投诉", "顺便查下电费"),
    ("我家停电了", "13800000000"),
    ("是的", "我家停电了"),
    ("查上个月电费", "查九月的电费"),
)


pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def reader() -> LineReader:
    return LineReader(load_agent(ensure_model()))


async def turns(reader: LineReader, lines: Sequence[str]) -> tuple[str, ...]:
    """The turns that lines become which all wait."""
    at, left, found = SystemClock().now(), list(enumerate(lines, 1)), []
    while left:
        (seq, text), *rest = left
        claim = Claim("web:v", seq, text, 1, "web", "v", Owner.BOT, 0, at, None, shown=text)
        waiting = [Waiting(number, {"text": said}, at + timedelta(seconds=number)) for number, said in rest]
        taken = await Bursts(cast(Any, None), reader)._pieces(claim, waiting)
        found.append("|".join([text, *(line.body["text"] for line in taken)]))
        left = rest[len(taken) :]
    return tuple(found)


@pytest.mark.parametrize("burst", BURSTS, ids="/".join)
async def test_pieces_of_a_thought_are_joined_and_two_matters_are_not(
    reader: LineReader, burst: tuple[str, ...]
) -> None:
    lines = [line for turn in burst for line in turn.split("|")]

    assert await turns(reader, lines) == burst


async def test_the_pieces_together_say_what_is_wanted(reader: LineReader) -> None:
    understood = await reader.read(burst_rules().joined(["我家", "停电了", "在织女苑"]))

    assert understood is not None
    assert (understood.intent, understood.names.get("address")) == ("outage_report", "织女苑")
