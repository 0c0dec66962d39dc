"""What an extractor finds: a stretch of the normalised text and its value; extractors are pure functions to these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """One entity: the taxonomy's name, its normalised value and where it stands."""

    entity: str
    value: str
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Tells whether the two share a character."""
        return self.start < other.end and other.start < self.end


def is_denied(text: str, start: int) -> bool:
    """Tells whether what starts there is named only to say that it is not so: `是三栋不是二栋`."""
    before = text[:start]
    return before.endswith(("不是", "并非", "不在")) and not before.endswith("是不是")
