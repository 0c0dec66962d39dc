"""What crosses the seam between GridTalk and another agent desk; an adapter speaks that desk's own language behind it.

Every call may be repeated: `open` by the escalation, `tell` by the line's key, `end` by the case. A repeated call adds
nothing there. `read` verifies before it believes. Adapters stand the suite of `tests/component/handoff/outside`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol


class Voice(str, Enum):
    """Who says a line that is told to the other desk."""

    CUSTOMER = "customer"
    DESK = "desk"  # everything else: for the eyes of its agents only


@dataclass(frozen=True)
class Case:
    """A request for a person, as the other desk is given it."""

    escalation_id: int
    conversation_id: str
    customer: str
    channel: str
    skill: str
    priority: int


@dataclass(frozen=True)
class OutsideLine:
    """One line for the other desk; `key` is the same however often it is told."""

    key: str
    voice: Voice
    text: str


class EventKind(str, Enum):
    """What happens at the other desk."""

    TAKEN = "taken"
    SAID = "said"
    NOTED = "noted"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class OutsideEvent:
    """One thing an agent did at the other desk; `event_id` is the same however often it is told."""

    event_id: str
    kind: EventKind
    case_ref: str
    agent_id: str = ""
    agent_name: str = ""
    text: str = ""

    def to_json(self) -> dict[str, str]:
        """Returns what is kept."""
        return {
            "event_id": self.event_id,
            "kind": self.kind.value,
            "case_ref": self.case_ref,
            "agent_id": self.agent_id,
            "agent_name": self.agent_name,
            "text": self.text,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> OutsideEvent:
        """Reads what was kept."""
        texts = {name: str(kept.get(name, "")) for name in ("event_id", "case_ref", "agent_id", "agent_name", "text")}
        return cls(kind=EventKind(kept["kind"]), **texts)


class OtherDesk(Protocol):
    """An agent desk that is not ours."""

    @property
    def name(self) -> str:
        """A short word for it, which also begins the numbers of its agents."""

    async def open(self, case: Case) -> str:
        """Opens a case and returns its name there. Raises OutsideDown, OutsideRefused."""

    async def tell(self, case_ref: str, line: OutsideLine) -> None:
        """Adds a line. Raises OutsideDown, OutsideRefused."""

    async def end(self, case_ref: str) -> None:
        """Says that nothing is left to do. Raises OutsideDown, OutsideRefused."""

    def read(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Sequence[OutsideEvent]:
        """Reads a webhook; what is none of our business is no event. Raises EventForged, EventStale, BadRequest."""
