"""The seeded plan of a run: who writes what and when, and what is done to which part of the system at which moment."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tools.stack.plan import PROJECT

BOTS = ("bot", "bot-2")
PROCESSES = (*BOTS, "actions", "console", "notices", "utility")
POSTGRES, REDIS = "postgres", "redis"
_WORDS = Path(__file__).with_name("words.yml")
_DOMAIN = PROJECT / "domain" / "reception.yml"
_APOLOGY_BEGINS = 12
_ESTATE_BUILDINGS = 9


class Kind(Enum):
    """What can be done to a part."""

    KILL = "kill -9"
    FREEZE = "SIGSTOP"
    CRASH = "kill -9, back on the same data"
    CUT = "connections cut"
    SLOW = "+200 ms a statement"
    EMPTY = "kill -9, back empty"
    RELOAD = "SIGHUP, workers replaced"


@dataclass(frozen=True)
class Fault:
    """One blow; `seconds` is how long it lasts, where it lasts."""

    at: float
    kind: Kind
    target: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Said:
    """A line somebody means to write."""

    at: float
    text: str
    is_report: bool = False


@dataclass(frozen=True)
class Size:
    """How much of everything, bounded in count and time."""

    seconds: float
    web: int
    wechat: int
    lines: int
    agents: int
    outages: int
    faults: int
    longest_gone: float


FULL = Size(seconds=240.0, web=14, wechat=10, lines=16, agents=2, outages=4, faults=24, longest_gone=30.0)
# What `make test` has time for.
SMALL = Size(seconds=24.0, web=4, wechat=3, lines=6, agents=1, outages=1, faults=6, longest_gone=3.0)
QUICK = Size(seconds=60.0, web=8, wechat=6, lines=7, agents=2, outages=2, faults=10, longest_gone=8.0)


@dataclass(frozen=True)
class Plan:
    """Everything of a run that is decided beforehand; the same seed and size give the same plan."""

    seed: int
    size: Size
    web: tuple[tuple[Said, ...], ...]
    wechat: tuple[tuple[Said, ...], ...]
    outages: tuple[float, ...]
    faults: tuple[Fault, ...]


Deal = Callable[[random.Random, Size], list[Fault]]


@cache
def words() -> Mapping[str, Any]:
    """What is said in a run."""
    return dict(yaml.safe_load(_WORDS.read_text(encoding="utf-8")))


@cache
def apology() -> str:
    """What a turn that fails ends with, as far as it is the same in every variant."""
    domain = yaml.safe_load(_DOMAIN.read_text(encoding="utf-8"))
    return str(domain["responses"]["utter_reception_apology"][0]["text"])[:_APOLOGY_BEGINS]


def make_plan(seed: int, size: Size, only: Sequence[Kind] = tuple(Kind), deal: Deal | None = None) -> Plan:
    """Plans a run; `only` leaves out the other kinds of faults, `deal` gives another deck than the whole house's."""
    chance = random.Random(seed)
    web = tuple(_script(chance, size, number, person=number % 2 == 0) for number in range(size.web))
    wechat = tuple(_script(chance, size, size.web + number, person=number % 3 == 0) for number in range(size.wechat))
    outages = tuple(sorted(chance.uniform(0.0, size.seconds * 0.8) for _ in range(size.outages)))
    return Plan(seed, size, web, wechat, outages, _faults(chance, size, only, deal or _shuffled))


def _script(chance: random.Random, size: Size, number: int, *, person: bool) -> tuple[Said, ...]:
    """One customer's lines: questions, a report with what follows it, and perhaps the wish for a person."""
    moments = sorted(chance.uniform(0.0, size.seconds) for _ in range(size.lines))
    texts = [chance.choice(words()["questions"]) for _ in moments]
    report = chance.randrange(size.lines // 3)
    texts[report] = words()["report"].format(n=number % _ESTATE_BUILDINGS + 1)
    texts[report + 1 : report + 1 + len(words()["after_report"])] = words()["after_report"]
    texts = texts[: len(moments)]
    if person:
        asks = chance.randrange(size.lines // 2 + 1, size.lines - 1)
        texts[asks] = words()["person"]
        texts[asks + 1 :] = [
            chance.choice(words()["to_agent"]).format(n=f"{number}-{place}") for place in range(asks + 1, len(texts))
        ]
    said = zip(moments, texts, strict=True)
    return tuple(Said(at, text, is_report=place == report) for place, (at, text) in enumerate(said))


def _faults(chance: random.Random, size: Size, only: Sequence[Kind], deal: Deal) -> tuple[Fault, ...]:
    """Draws the blows from a deck, each at a random moment of its own slice of the time."""
    deck = [fault for fault in deal(chance, size) if fault.kind in only]
    if not deck:
        return ()
    drawn = [deck[place % len(deck)] for place in range(size.faults)]
    slice_s = size.seconds / size.faults
    return tuple(
        Fault((place + chance.random()) * slice_s, one.kind, one.target, one.seconds) for place, one in enumerate(drawn)
    )


def _shuffled(chance: random.Random, size: Size) -> list[Fault]:
    deck = _deck(chance, size)
    chance.shuffle(deck)
    return deck


def _deck(chance: random.Random, size: Size) -> list[Fault]:
    gone = size.longest_gone
    kills = [Fault(0, Kind.KILL, name) for name in (*PROCESSES, *BOTS)]
    freezes = [Fault(0, Kind.FREEZE, name, chance.uniform(2, 7)) for name in (*BOTS, "actions", "utility", "console")]
    stores = [
        Fault(0, Kind.CRASH, POSTGRES, chance.uniform(0, gone / 4)),
        Fault(0, Kind.CRASH, POSTGRES, chance.uniform(0, gone)),
        Fault(0, Kind.CUT, POSTGRES),
        Fault(0, Kind.CUT, POSTGRES),
        Fault(0, Kind.SLOW, POSTGRES, chance.uniform(3, 8)),
        Fault(0, Kind.EMPTY, REDIS, chance.uniform(0, gone)),
        Fault(0, Kind.EMPTY, REDIS, 0.0),
    ]
    return [*kills, *freezes, *stores]
