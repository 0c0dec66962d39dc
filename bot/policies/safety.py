"""The safety gate: present danger recognised in any wording before anything is understood; it asks nothing.

It is deterministic on purpose: the same text is always told the same, and no state and no setting can turn it off. Two
judges look at a text: expressions written by hand (`danger.yml`), which name the sign, and a linear classifier over
words of danger and of how they are told (`danger_model.py`). The classifier decides; where an expression fires as well,
less is enough. How both limits were found: docs/nlu.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from bot.nlu.characters import normalize
from bot.policies.danger_model import DangerModel, Verdict
from bot.policies.danger_words import Word
from runtime.yaml_files import read_yaml

_LEXICON = Path(__file__).with_name("danger.yml")
_CLAUSE = re.compile(r"[^\s,，。.!！?？;；:：、…~～]+")
# How many characters may stand between the danger and the words that deny, suppose or study it.
_BEFORE, _AFTER = 10, 8
# The lexicon writes gaps as {0,n}; they are taken as short as possible, so that a quote ends where the danger ends.
_GAP = re.compile(r"(\{0,\d+\})(?!\?)")


class DangerKind(Enum):
    """Which instruction protects the customer now."""

    SHOCK = "shock"
    WIRE_DOWN = "wire_down"
    FIRE = "fire"
    FLOOD = "flood"
    EQUIPMENT = "equipment"
    BURNING_SMELL = "burning_smell"


@dataclass(frozen=True)
class Danger:
    """A present danger: its kind, the taxonomy's sign, the customer's words and where they start."""

    kind: DangerKind
    sign: str
    quote: str
    start: int


@dataclass(frozen=True)
class Limits:
    """The margins from which the classifier is believed: by itself, and where an expression says the same."""

    alone: float = -0.25
    with_expression: float = -0.45


# The sign a kind stands for when only the classifier saw it, and the words that may be quoted for it.
_SIGN_OF = {
    DangerKind.SHOCK: "有人触电",
    DangerKind.WIRE_DOWN: "电线落地或低垂",
    DangerKind.FIRE: "冒烟起火",
    DangerKind.FLOOD: "水淹带电",
    DangerKind.EQUIPMENT: "打火",
    DangerKind.BURNING_SMELL: "焦糊味",
}
_SIGN_OF_EQUIPMENT = {
    "tilt": "电杆倒斜",
    "shock": "有人触电",
    "oil": "变压器异响喷油",
    "boom": "变压器异响喷油",
    "sound": "变压器异响喷油",
}
_TELLING = frozenset(
    {"spark", "glow", "sound", "boom", "smoke", "fire", "smell", "hot", "shock", "hurt"}
    | {"down", "tilt", "water", "oil", "bare"}
)
_LONGEST_QUOTE = 24


@dataclass(frozen=True)
class _Sign:
    sign: str
    kind: DangerKind
    pattern: re.Pattern[str]


class SafetyGate:
    """Tells whether a text speaks of danger that is there now."""

    def __init__(self, model: DangerModel, limits: Limits = Limits()) -> None:
        """Keeps the classifier and the margins from which it is believed."""
        self._model = model
        self._limits = limits
        self._expressions = DangerExpressions()

    def check(self, text: str) -> Danger | None:
        """Returns the most urgent present danger in the text, or nothing."""
        verdict = self._model.judge(text)
        if verdict.margin < self._limits.with_expression:
            return None
        said = self._expressions.check(text)
        if said:
            return said
        return _judged(text, verdict) if verdict.margin >= self._limits.alone else None


def _judged(text: str, verdict: Verdict) -> Danger:
    """Names a danger that no expression knows: the sign of its kind, quoting from its first word to its last."""
    kind = DangerKind(verdict.kind)
    words = [word for word in verdict.words if word.family in _TELLING]
    start, end = (words[0].start, words[-1].end) if words else (0, len(text))
    if end - start > _LONGEST_QUOTE:
        end = words[0].end if words else _LONGEST_QUOTE
    return Danger(kind, _sign(kind, words), text[start:end], start)


def _sign(kind: DangerKind, words: Sequence[Word]) -> str:
    """The taxonomy's sign of a kind; equipment has several, and its words tell which."""
    told = [_SIGN_OF_EQUIPMENT[word.family] for word in words if word.family in _SIGN_OF_EQUIPMENT]
    return told[0] if kind is DangerKind.EQUIPMENT and told else _SIGN_OF[kind]


class DangerExpressions:
    """The expressions of `danger.yml`: what they find is told with its sign and its words."""

    def __init__(self, lexicon: Path = _LEXICON) -> None:
        record = read_yaml(lexicon)
        self._erase = re.compile(_either(record["erase"]))
        self._slips: dict[str, str] = record["slips"]
        self._slip = re.compile("|".join(map(re.escape, self._slips)))
        self._signs = tuple(_signs(record))
        self._denied, self._denied_until = re.compile(record["denied"]), re.compile(record["denied_until"])
        self._denied_inside = re.compile(record["denied_inside"])
        self._asked = re.compile(f"{record['asked']}.{{0,{_BEFORE}}}$")
        self._studied = re.compile(f"^.{{0,{_AFTER}}}?{record['studied']}")
        self._past, self._resolved = re.compile(record["past"]), re.compile(record["resolved"])
        self._present = re.compile(record["present"])
        self._happened = tuple(record["happened"])

    def check(self, text: str) -> Danger | None:
        """Returns the most urgent danger that an expression finds, or nothing."""
        plain = self._plain(text)
        now = bool(self._present.search(plain))
        if self._resolved.search(plain) and not now:
            return None
        for sign in self._signs:
            for clause in _CLAUSE.finditer(plain):
                found = self._find(sign, clause, now)
                if found:
                    start, end = clause.start() + found.start(), clause.start() + found.end()
                    return Danger(sign.kind, sign.sign, text[start:end], start)
        return None

    def _plain(self, text: str) -> str:
        """Normalises, mends slips and blanks figures of speech; every offset stays."""
        mended = self._slip.sub(lambda match: self._slips[match.group()], normalize(text))
        return self._erase.sub(lambda match: "□" * len(match.group()), mended)

    def _find(self, sign: _Sign, clause: re.Match[str], now: bool) -> re.Match[str] | None:
        for match in sign.pattern.finditer(clause.group()):
            told_before = clause.string[: clause.start() + match.end()]
            if not now and self._past.search(told_before):
                continue
            if not self._only_spoken_of(clause.group(), match):
                return match
        return None

    def _only_spoken_of(self, clause: str, match: re.Match[str]) -> bool:
        """Tells whether the danger is denied, supposed or asked about in general."""
        before, after = clause[: match.start()], clause[match.end() :]
        if self._denied_before(clause, match.start()) or self._denied_inside.search(match.group()):
            return True
        if self._asked.search(before):
            return True
        happened = match.group().endswith(self._happened) or after.startswith(self._happened)
        return not happened and bool(self._studied.search(after))

    def _denied_before(self, clause: str, start: int) -> bool:
        """Tells whether a denial reaches up to `start`."""
        for denial in self._denied.finditer(clause):
            gap = clause[denial.end() : start]
            if denial.start() < start <= denial.end() + _BEFORE and not self._denied_until.search(gap):
                return True
        return False


def _signs(record: dict[str, Any]) -> Iterator[_Sign]:
    things = record["things"]
    for entry in record["signs"]:
        pattern = _either(entry["any"])
        for name, words in things.items():
            pattern = pattern.replace(f"<{name}>", words)
        yield _Sign(entry["sign"], DangerKind(entry["kind"]), re.compile(_GAP.sub(r"\1?", pattern)))


def _either(patterns: list[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)
