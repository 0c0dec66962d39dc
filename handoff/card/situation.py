"""The situation of a customer as marks and values: what rules look at to propose the next step; no model, no wire.

A mark is a word like `intent:bill_query`, `risk:danger`, `slot:phone`, `system:arrears`. A value fills a sentence or a
dialog of the desk: `tail`, `order`, `outage`, `amount`. Both are data; what they mean is written in next_steps.yml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

_MOODS = ("content", "neutral", "annoyed", "angry")


@dataclass(frozen=True)
class Situation:
    """What is known of a customer and their matter now."""

    marks: frozenset[str] = frozenset()
    values: Mapping[str, str] = field(default_factory=dict)

    def with_system(self, marks: Iterable[str], values: Mapping[str, str], unread: Iterable[str] = ()) -> Situation:
        """Returns the situation with what the utility says now in place of what the bot had learned of it.

        What is `unread`, the utility has said nothing about: there the bot's word stays.
        """
        stays = {f"system:{mark}" for mark in unread}
        kept = {mark for mark in self.marks if not mark.startswith("system:") or mark in stays}
        return replace(
            self,
            marks=frozenset({*kept, *(f"system:{mark}" for mark in marks)}),
            values={**self.values, **values},
        )


def mood_name(mood: int | None) -> str:
    """Names a mood; empty when nothing was read yet."""
    return _MOODS[mood] if mood is not None and 0 <= mood < len(_MOODS) else ""


def marks_of(**groups: Iterable[str]) -> frozenset[str]:
    """Writes marks: `marks_of(intent=["pay_bill"])` is `intent:pay_bill`; empty words make none."""
    return frozenset(f"{group}:{word}" for group, words in groups.items() for word in words if word)
