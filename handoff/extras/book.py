"""The book of offers: who may be offered what; pure. An offer nobody forbids is still none where anything is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from handoff.rules import read_rules

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Extra:
    """One service that is offered: which facts of an account make it fit."""

    name: str
    all_of: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    none_of: frozenset[str] = frozenset()

    def fits(self, facts: Collection[str]) -> bool:
        """Whether an account with these facts may want it."""
        have = frozenset(facts)
        return self.all_of <= have and (not self.any_of or bool(self.any_of & have)) and not self.none_of & have


@dataclass(frozen=True)
class Held:
    """An account as far as offers go: its facts (with the kinds of its tags) and what troubles it."""

    facts: frozenset[str]
    troubles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Spans:
    """How seldom, and how far back trouble counts."""

    again: timedelta
    refused: timedelta
    looked: timedelta
    answer: timedelta
    talk: timedelta
    calm: timedelta
    trouble: timedelta


@dataclass(frozen=True)
class Monthly:
    """When offers go out as notices."""

    day: int
    at: time
    worth: timedelta


@dataclass(frozen=True)
class ExtraBook:
    """All of the file."""

    offers: tuple[Extra, ...]
    spans: Spans
    troubles: frozenset[str]
    spares: frozenset[str]
    topic: str
    monthly: Monthly
    closes: frozenset[str]
    thanks: re.Pattern[str]
    cards: tuple[str, ...]
    intents: tuple[str, ...]
    around: re.Pattern[str]
    says: Mapping[str, re.Pattern[str]]

    def choose(self, accounts: Sequence[Held], refused: Collection[str] = ()) -> str:
        """The first offer that fits one account of a person; empty: none does, or something is wrong with any."""
        if any(one.troubles & self.troubles or one.facts & self.spares for one in accounts):
            return ""
        fits = (one.name for one in self.offers if one.name not in refused and any(one.fits(a.facts) for a in accounts))
        return next(fits, "")

    def answer(self, text: str) -> str:
        """Reads a whole message as `more`, `no` or `stop`; anything else is neither: empty."""
        found = self.around.match(text.strip().lower())
        said = found.group(1) if found else ""
        return next((name for name in ("stop", "no", "more") if self.says[name].fullmatch(said)), "")


@lru_cache(maxsize=1)
def extra_book() -> ExtraBook:
    """The book of the house, read once in a process. Raises RulesError."""
    return read_rules("book.yml", parse_book, _FOLDER)


def parse_book(raw: dict[str, Any]) -> ExtraBook:
    """Builds the book from the file."""
    spans = Spans(
        again=timedelta(days=raw["again_days"]),
        refused=timedelta(days=raw["refused_days"]),
        looked=timedelta(hours=raw["looked_hours"]),
        answer=timedelta(hours=raw["answer_hours"]),
        talk=timedelta(minutes=raw["talk_minutes"]),
        calm=timedelta(hours=raw["calm_hours"]),
        trouble=timedelta(hours=raw["trouble_hours"]),
    )
    month = raw["notice"]
    return ExtraBook(
        offers=tuple(_extra(name, row) for name, row in raw["offers"].items()),
        spans=spans,
        troubles=frozenset(raw["troubles"]),
        spares=frozenset(raw["spares"]),
        topic=raw["topic"],
        monthly=Monthly(month["day"], time.fromisoformat(month["at"]), timedelta(days=month["worth_days"])),
        closes=frozenset(raw["closes"]),
        thanks=re.compile(raw["thanks"]),
        cards=tuple(raw["finished"]["cards"]),
        intents=tuple(raw["finished"]["intents"]),
        around=re.compile(raw["around"]),
        says={name: re.compile(said) for name, said in raw["says"].items()},
    )


def _extra(name: str, row: Mapping[str, Any]) -> Extra:
    if unknown := set(row) - {"all", "any", "none"}:
        raise ValueError(f"{name} says {sorted(unknown)}")
    return Extra(name, *(frozenset(row.get(part, ())) for part in ("all", "any", "none")))
