"""The recorded day and the loads it is played by."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from bench import load
from bench.day import Talk, enough, load_day, mixed
from bench.day_lines import lines_of_day, marked, read_day_lines
from bench.load import Part, closed_loop, open_loop, plan
from bench.setups import DAY, chosen
from bench.stock_data import data_of, plain_rules, read_sentences, sampled, stories_from
from utility.seed.file import read_city


class Patient:
    """A visitor who is answered after a while, and counts who else is being answered."""

    channel, visitor_id = "web", "v1"
    talking = most = 0

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds

    async def register(self) -> None:
        """Is somebody already."""

    async def arrive(self) -> None:
        """Is there."""

    async def leave(self) -> None:
        """Is gone."""

    async def say(self, text: str) -> str | None:
        """Is answered."""
        Patient.talking += 1
        Patient.most = max(Patient.most, Patient.talking)
        await asyncio.sleep(self._seconds)
        Patient.talking -= 1
        return f"re: {text}"


def _parts(count: int, seconds: float = 0.0) -> list[Part]:
    talk = Talk("a talk", "billing", 1, "1", ("one", "two"))
    return [Part(Patient(seconds), talk) for _ in range(count)]


def test_the_day_has_thirty_talks_of_every_skill_and_known_accounts() -> None:
    day = load_day()
    accounts = {account["account_no"] for account in read_city()["accounts"]}

    assert len(day) >= 30
    assert {"billing", "payment", "outage", "progress", "appointment", "knowledge", "complaint", "handoff"} <= {
        talk.skill for talk in day
    }
    assert {talk.account for talk in day} <= accounts


def test_the_same_seed_gives_the_same_day_and_the_weights_are_kept() -> None:
    day = load_day()
    talks = list(islice(mixed(day), 4000))
    often = Counter(talk.name for talk in talks)
    heaviest = max(day, key=lambda talk: talk.weight)

    assert talks == list(islice(mixed(day), 4000))
    assert abs(often[heaviest.name] / 4000 - heaviest.weight / sum(talk.weight for talk in day)) < 0.02


def test_as_many_lines_are_taken_as_were_asked_for() -> None:
    talks = enough(mixed(load_day()), 101)

    assert sum(len(talk.lines) for talk in talks) == 101


async def test_a_closed_loop_lets_as_many_talk_as_there_are_places() -> None:
    Patient.talking = Patient.most = 0

    turns, _ = await closed_loop(_parts(9, 0.01), 3)

    assert len(turns) == 18
    assert Patient.most == 3


async def test_an_open_loop_keeps_its_rate_and_counts_from_when_a_line_was_due() -> None:
    began = time.perf_counter()

    turns, seconds = await open_loop(_parts(10), rate=40.0)

    assert [turn.answer for turn in turns if turn.answer is None] == []
    assert len(turns) == 20
    assert 18 / 40 < seconds <= time.perf_counter() - began


def test_every_line_of_every_talk_is_due_once_in_order_and_at_the_rate() -> None:
    parts = _parts(50)

    places = plan(parts, rate=10.0)

    dues = [due for place in places for due in place]
    assert len(places) == 20
    assert sorted(due.at for due in dues) == [number / 10 for number in range(100)]
    assert all([due.number for due in place] == [0, 1] * (len(place) // 2) for place in places)
    assert len({(id(due.part), due.number) for due in dues}) == 100


async def test_what_an_open_loop_cannot_have_answered_counts_as_unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "_GRACE", 0.05)

    turns, _ = await open_loop(_parts(4, 9.0), rate=1000.0)

    assert len(turns) == 8
    assert all(turn.answer is None for turn in turns)


def test_stock_learns_each_plain_rule_from_a_story() -> None:
    rules = plain_rules()
    stories = stories_from(rules, random.Random(1))
    told = {
        (intent["intent"], action["action"])
        for story in stories
        for intent, action in zip(story["steps"][::2], story["steps"][1::2], strict=True)
    }

    assert len(rules) > 40
    assert told == set(rules)


def test_a_sample_has_so_many_sentences_of_each_intent() -> None:
    sentences = read_sentences(("bill_query", "affirm"))

    blocks = sampled(sentences, 5, random.Random(1))

    assert {block["intent"]: block["examples"].count("\n") for block in blocks} == {"bill_query": 5, "affirm": 5}
    for block in blocks:
        assert set(block["examples"].splitlines()) <= set(sentences[block["intent"]])


def test_stock_is_taught_every_line_of_the_day(tmp_path: Path) -> None:
    taught = [line for lines in read_day_lines().values() for line in lines]

    assert sorted(map(_unmarked, taught)) == sorted(lines_of_day())
    (_, day, *_) = map(Path, data_of(tmp_path, 5))
    assert all(f"- {line}" in day.read_text(encoding="utf-8") for line in taught)


def test_what_a_line_means_is_marked_where_it_says_so() -> None:
    entities = [
        {"entity": "date", "start": 0, "end": 3},
        {"entity": "bill_period", "start": 0, "end": 3},
        {"entity": "time_period", "start": 3, "end": 5},
    ]

    assert marked("25号上午吧", entities) == "[25号](date)[上午](time_period)吧"


def _unmarked(line: str) -> str:
    return re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", line)


def test_setups_are_chosen_by_words_in_their_names() -> None:
    assert chosen("") == DAY
    assert {setup.bot for setup in chosen("stock")} == {"stock"}
    assert {(setup.door, setup.workers) for setup in chosen("wechat-2w,web-1w")} == {("wechat", 2), ("web", 1)}
