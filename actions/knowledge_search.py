"""Which answer a message asks for: the search, helped by what the understanding found and by what was talked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.knowledge_base import Entry
from actions.knowledge_index import Hit, KnowledgeIndex

# Chosen on the tuning part of tests/dialogue/knowledge_questions.yml.
_INTENT, _BUSINESS, _OTHER_BUSINESS, _CLASS, _GROUP = 0.1, 0.08, -0.05, 0.06, 0.3
# Below `near` nothing fits; above `clear` the first fits; between them, answers this close are asked about.
_NEAR, _CLEAR, _CLOSE, _CHOICES = 0.38, 0.65, 0.03, 3


@dataclass(frozen=True)
class Hints:
    """What is known besides the words: business and class named, and the group a follow-up stays in."""

    business: str = ""
    customer_class: str = ""
    group: str = ""


def favour(entries: Iterable[Entry], intent: str = "", hints: Hints = Hints()) -> dict[str, float]:
    """How much each entry is favoured before a word is compared."""
    return {entry.id: _favour(entry, intent, hints) for entry in entries}


def _favour(entry: Entry, intent: str, hints: Hints) -> float:
    score = _INTENT if entry.intent == intent else 0.0
    if hints.business and entry.business:
        score += _BUSINESS if entry.business == hints.business else _OTHER_BUSINESS
    if hints.customer_class and entry.customer_class:
        score += _CLASS if entry.customer_class == hints.customer_class else -_CLASS
    return score + (_GROUP if hints.group and entry.group == hints.group else 0.0)


def first(index: KnowledgeIndex, text: str, *, intent: str = "", hints: Hints = Hints()) -> Hit:
    """The entry nearest to the message."""
    return index.search(text, favour(index.base.entries, intent, hints))[0]


def choices(hits: Sequence[Hit]) -> list[Hit]:
    """The answers to choose between: none when nothing is near, one when it is clear, at most three when it is not."""
    best = hits[0].score
    if best < _NEAR:
        return []
    if best >= _CLEAR:
        return [hits[0]]
    return [hit for hit in hits[:_CHOICES] if best - hit.score <= _CLOSE]
