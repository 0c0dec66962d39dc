"""What a customer thinks of a served request (stars) or of an answer of the bot (up or down)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

COMMENT_CHARACTERS = 200


class EvaluationKind(str, Enum):
    """What is evaluated."""

    SERVICE = "service"
    ANSWER = "answer"


class Fault(str, Enum):
    """What was wrong with an answer."""

    WRONG = "wrong"
    MISUNDERSTOOD = "misunderstood"
    TOO_LONG = "too_long"
    OTHER = "other"


@dataclass(frozen=True)
class Opinion:
    """What the customer says: `value` is 1 to 5 stars for a service, 1 or -1 for an answer."""

    value: int
    fault: Fault | None = None
    comment: str = ""

    def fits(self, kind: EvaluationKind) -> bool:
        """Tells whether it can be said of that kind."""
        if kind is EvaluationKind.SERVICE:
            return 1 <= self.value <= 5 and self.fault is None
        return self.value in (-1, 1) and (self.fault is None or self.value == -1)


@dataclass(frozen=True)
class Evaluation:
    """An opinion and what it is about: the line `seq`, and of a service its request for a person."""

    seq: int
    kind: EvaluationKind
    opinion: Opinion
    at: datetime
    escalation_id: int | None = None

    def to_wire(self) -> dict[str, Any]:
        """Returns the evaluation of docs/architecture.md section 5."""
        wire: dict[str, Any] = {"seq": self.seq, "kind": self.kind.value, "value": self.opinion.value}
        wire["at"] = self.at.isoformat(timespec="milliseconds")
        if self.opinion.fault:
            wire["reason"] = self.opinion.fault.value
        if self.opinion.comment:
            wire["comment"] = self.opinion.comment
        return wire
