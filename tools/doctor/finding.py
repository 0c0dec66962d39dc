"""What the doctor finds: one sentence each, and how bad it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

# Where a setting shows its value in a sentence, this much of it is enough to know it again.
_SHOWN = 6


class Grade(str, Enum):
    """How bad it is; `wrong` makes the doctor's exit code 1."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One finding of one check, in a sentence that says what is wrong and what to do."""

    check: str
    grade: Grade
    sentence: str

    def to_wire(self) -> dict[str, str]:
        """Returns `{"check", "grade", "sentence"}`."""
        return {"check": self.check, "grade": self.grade.value, "sentence": self.sentence}


def good(check: str, sentence: str) -> Finding:
    """Something is as it should be."""
    return Finding(check, Grade.GOOD, sentence)


def note(check: str, sentence: str) -> Finding:
    """Something to know; the bot works."""
    return Finding(check, Grade.NOTE, sentence)


def wrong(check: str, sentence: str) -> Finding:
    """Something that has to be mended."""
    return Finding(check, Grade.WRONG, sentence)


def worst(findings: list[Finding]) -> Grade:
    """Returns the worst grade."""
    order = (Grade.WRONG, Grade.NOTE)
    return next((grade for grade in order if any(one.grade is grade for one in findings)), Grade.GOOD)


def begin(value: str) -> str:
    """The first characters of a value, to know it again by."""
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
