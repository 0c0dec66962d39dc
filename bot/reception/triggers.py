"""Why a person is called though nobody asked for one: rules as data, decided from what the turn and the books say.

It is deterministic, comes after the safety gate, and writes nothing; `bot.reception.calling` applies it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from handoff.mood.reader import Mood
from handoff.rules import read_rules

_FOLDER = Path(__file__).parent
_FILE = "triggers.yml"


@dataclass(frozen=True)
class Words:
    """A list of words that call a person."""

    name: str
    any: tuple[str, ...]
    priority: int
    skill: str


@dataclass(frozen=True)
class Marks:
    """Marks of an account, how urgent its holder is, and how they sound when a person comes."""

    name: str
    risks: frozenset[str]
    priority: int
    mood: Mood


@dataclass(frozen=True)
class Anger:
    """How urgent anger is, who serves whoever names no matter, and about what the facts are told first."""

    priority: int
    otherwise: str
    figures_first: frozenset[str]


@dataclass(frozen=True)
class Contacts:
    """When coming again about one matter is once too often."""

    topics: frozenset[str]
    count: int
    within: timedelta
    apart: timedelta
    priority: int


@dataclass(frozen=True)
class Failures:
    """When the company has not answered once too often."""

    count: int
    within: timedelta
    priority: int


@dataclass(frozen=True)
class TriggerRules:
    """All of the file; what is switched off is missing."""

    words: tuple[Words, ...]
    anger: Anger | None
    marks: tuple[Marks, ...]
    contacts: Contacts | None
    failures: Failures | None


@dataclass(frozen=True)
class Situation:
    """What is known when a turn has been thought through.

    Attributes:
        text: the customer's words, Simplified.
        topic: the business they are about.
        mood: how the customer sounds.
        before: how they sounded a message ago.
        risks: the marks of their accounts.
        missed: the bot did not understand.
        contacts: how often they came about this matter, this time included; 0 when this is no new contact.
        failures: how often the company did not answer lately, this turn included; 0 when it answered.
    """

    text: str
    topic: str = ""
    mood: Mood = Mood.NEUTRAL
    before: Mood = Mood.NEUTRAL
    risks: frozenset[str] = frozenset()
    missed: bool = False
    contacts: int = 0
    failures: int = 0


@dataclass(frozen=True)
class Trigger:
    """A reason to call a person; `skill` empty: whoever serves the matter, `otherwise` where there is none."""

    reason: str
    priority: int
    skill: str = ""
    otherwise: str = "general"


def trigger_of(situation: Situation, rules: TriggerRules) -> Trigger | None:
    """The most urgent reason of a situation, if there is one."""
    found = [trigger for rule in _RULES if (trigger := rule(situation, rules))]
    return min(found, key=lambda trigger: trigger.priority) if found else None


def _listed_word(situation: Situation, rules: TriggerRules) -> Trigger | None:
    for words in rules.words:
        if any(word in situation.text for word in words.any):
            return Trigger(f"word_{words.name}", words.priority, words.skill)
    return None


def _anger(situation: Situation, rules: TriggerRules) -> Trigger | None:
    if rules.anger is None or situation.mood < Mood.ANGRY:
        return None
    if situation.topic in rules.anger.figures_first and situation.before < Mood.ANGRY:
        return None
    return Trigger("anger", rules.anger.priority, otherwise=rules.anger.otherwise)


def _marked(situation: Situation, rules: TriggerRules) -> Trigger | None:
    """Who is marked is not left to the bot when it goes badly."""
    held = (one for one in rules.marks if one.risks & situation.risks)
    marks = min((one for one in held if situation.missed or situation.mood >= one.mood), key=_urgency, default=None)
    return Trigger(marks.name, marks.priority) if marks else None


def _urgency(marks: Marks) -> int:
    return marks.priority


def _third_contact(situation: Situation, rules: TriggerRules) -> Trigger | None:
    if rules.contacts is None or situation.contacts < rules.contacts.count:
        return None
    return Trigger("third_contact", rules.contacts.priority)


def _backend_down(situation: Situation, rules: TriggerRules) -> Trigger | None:
    if rules.failures is None or situation.failures < rules.failures.count:
        return None
    return Trigger("backend_down", rules.failures.priority)


_RULES: tuple[Callable[[Situation, TriggerRules], Trigger | None], ...] = (
    _listed_word,
    _anger,
    _marked,
    _third_contact,
    _backend_down,
)


def urgency_of(risks: frozenset[str], rules: TriggerRules) -> int | None:
    """How urgent any request of a marked customer is at least."""
    return min((marks.priority for marks in rules.marks if marks.risks & risks), default=None)


@lru_cache(maxsize=1)
def trigger_rules() -> TriggerRules:
    """The rules of the file, read once in a process. Raises RulesError."""
    return read_rules(_FILE, parse_triggers, _FOLDER)


def parse_triggers(raw: dict[str, Any]) -> TriggerRules:
    """Reads what the file says."""
    return TriggerRules(
        tuple(_words(name, words) for name, words in raw["words"].items() if words["active"]),
        _read_anger(raw["anger"]),
        tuple(_read_marks(name, marks) for name, marks in raw["marks"].items() if marks["active"]),
        _contacts(raw["third_contact"]),
        _failures(raw["backend_down"]),
    )


def _words(name: str, raw: Mapping[str, Any]) -> Words:
    return Words(name, tuple(map(str, raw["any"])), int(raw["priority"]), str(raw["skill"]))


def _read_anger(raw: Mapping[str, Any]) -> Anger | None:
    return (
        Anger(int(raw["priority"]), str(raw["otherwise"]), frozenset(raw["figures_first"])) if raw["active"] else None
    )


def _read_marks(name: str, raw: Mapping[str, Any]) -> Marks:
    return Marks(name, frozenset(raw["risks"]), int(raw["priority"]), Mood[str(raw["mood"]).upper()])


def _contacts(raw: Mapping[str, Any]) -> Contacts | None:
    if not raw["active"]:
        return None
    within, apart = timedelta(days=raw["within_days"]), timedelta(minutes=raw["apart_minutes"])
    return Contacts(frozenset(raw["topics"]), int(raw["contacts"]), within, apart, int(raw["priority"]))


def _failures(raw: Mapping[str, Any]) -> Failures | None:
    if not raw["active"]:
        return None
    return Failures(int(raw["failures"]), timedelta(minutes=raw["within_minutes"]), int(raw["priority"]))
