"""A request kept for later: what an action needs to be run again when the company answers; it runs nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# Under this name an errand stands in the metadata of its message while it is run.
RUN = "errand"
# Under this name a customer's message tells which errands of the conversation still wait.
WAITING = "errands"


@dataclass(frozen=True)
class Errand:
    """One action that could not be done.

    `message` holds the customer's words with the metadata of their turn: the message id in it makes the idempotency
    key of a repeat the first one's. `handoff` is the request for a person, should the errand fail for good.
    """

    action: str
    topic: str
    wish: str
    slots: dict[str, Any] = field(default_factory=dict)
    message: dict[str, Any] = field(default_factory=dict)
    handoff: dict[str, Any] = field(default_factory=dict)

    def to_wire(self) -> dict[str, Any]:
        """Returns the directive of docs/architecture.md section 8, which is also what is stored."""
        return {
            "action": self.action,
            "topic": self.topic,
            "wish": self.wish,
            "slots": self.slots,
            "message": self.message,
            "handoff": self.handoff,
        }

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Errand:
        """Reads what `to_wire` wrote.

        Raises:
            KeyError: a part is missing.
        """
        return cls(wire["action"], wire["topic"], wire["wish"], wire["slots"], wire["message"], wire["handoff"])

    def call(self, conversation_id: str, errand_id: int) -> dict[str, Any]:
        """Returns the action call that Rasa would send for this message; a mark tells the action that nobody waits."""
        run = {"id": errand_id, "wish": self.wish}
        metadata = {**(self.message.get("metadata") or {}), RUN: run}
        said = {"event": "user", "text": self.message.get("text", ""), "parse_data": {"intent": {"name": self.topic}}}
        tracker = {
            "sender_id": conversation_id,
            "slots": self.slots,
            "latest_message": {**self.message, "metadata": metadata},
            "events": [said],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": None,
        }
        return {"next_action": self.action, "sender_id": conversation_id, "tracker": tracker}
