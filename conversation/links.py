"""A link between two identities of one person, on its way from the reception to the action that tells the company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversation.identity import ChannelUser

# The names in the message's metadata and in an action's answer (docs/architecture.md section 9).
LINKS, SETTLED = "links", "links_settled"


@dataclass(frozen=True)
class Link:
    """What `source` has bound is to be known to who is speaking; `link_id` is the evidence the company keeps."""

    link_id: str
    source: ChannelUser

    def to_wire(self) -> dict[str, str]:
        """Returns `{"id", "source"}`."""
        return {"id": self.link_id, "source": self.source.conversation_id}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Link:
        """Reads a link. Raises KeyError, ValueError."""
        return cls(str(wire["id"]), ChannelUser.of(str(wire["source"])))
