"""What an extractor finds: a stretch of the normalised text and its value; extractors are pure functions to these."""

from __future__ import annotations

from collections.abc import Iterable
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


def longest_first(spans: Iterable[Span]) -> list[Span]:
    """Keeps the longest of overlapping spans (the earlier of equals), in the order of the text."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)
