"""The recorded day: what customers say, mixed by a seed so that every bot hears the same in the same order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import psycopg2
import yaml

_FILE = Path(__file__).parent / "day.yml"
SEED = 20261121


@dataclass(frozen=True)
class Talk:
    """What one customer says, bound to the account."""

    name: str
    skill: str
    weight: int
    account: str
    lines: tuple[str, ...]


def load_day() -> tuple[Talk, ...]:
    """Reads the talks of the day."""
    talks = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["talks"]
    return tuple(Talk(**{**talk, "lines": tuple(talk["lines"])}) for talk in talks)


def mixed(talks: Sequence[Talk], seed: int = SEED) -> Iterator[Talk]:
    """Yields talks without end, each as often as its weight says; the same seed gives the same day."""
    chance = random.Random(seed)
    weights = [talk.weight for talk in talks]
    while True:
        yield chance.choices(talks, weights)[0]


def enough(talks: Iterator[Talk], messages: int) -> list[Talk]:
    """Takes talks until they have so many lines together; the last one is cut to fit."""
    taken: list[Talk] = []
    left = messages
    while left > 0:
        talk = next(talks)
        lines = tuple(islice(talk.lines, left))
        taken.append(Talk(talk.name, talk.skill, talk.weight, talk.account, lines))
        left -= len(lines)
    return taken


@dataclass(frozen=True)
class Customer:
    """Somebody of a channel who is bound to an account."""

    channel: str
    user_id: str
    account: str


def bind(utility_database: str, customers: Iterable[Customer], at: datetime) -> None:
    """Binds customers to their accounts, in the utility's own books."""
    rows = [(one.channel, one.user_id, one.account, at) for one in customers]
    with closing(psycopg2.connect(utility_database)) as connection, connection, connection.cursor() as cursor:
        cursor.executemany("insert into channel_users values (%s, %s)", [row[:2] for row in rows])
        cursor.executemany("insert into bindings values (%s, %s, %s, %s)", rows)
