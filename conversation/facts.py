"""What an agent leaves with a conversation: done, promised, numbers, and what need not be asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Under this name a customer's message tells them to the actions.
FACTS = "facts"


@dataclass(frozen=True)
class Promise:
    """What was promised, in the agent's words, and by when (ISO), if a time was named."""

    text: str
    at: str = ""

    def to_wire(self) -> dict[str, str]:
        """Returns `{"text", "at"}`."""
        return {"text": self.text, "at": self.at}


@dataclass(frozen=True)
class Facts:
    """The facts of one service."""

    done: tuple[str, ...] = ()
    promised: tuple[Promise, ...] = ()
    orders: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to remember."""
        return not (self.done or self.promised or self.orders or self.slots)

    def to_wire(self) -> dict[str, Any]:
        """Returns `{"done", "promised", "orders", "slots"}`."""
        return {
            "done": list(self.done),
            "promised": [promise.to_wire() for promise in self.promised],
            "orders": list(self.orders),
            "slots": dict(self.slots),
        }


NO_FACTS = Facts()
