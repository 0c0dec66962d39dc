"""What passes in a conversation: inbound messages from a channel, and lines of the transcript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from conversation.identity import AgentIdentity, ChannelUser

# Longer texts are refused at the door (issue: oversized text).
TEXT_CHARACTERS = 2000
# The channel's id of what it pushed as an event begins so: a menu click is a customer's line, and no writing of theirs.
EVENT_KEY = "event-"


class Role(str, Enum):
    """Who wrote a line; `note` is for the desk only."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"
    NOTE = "note"


class Notice(str, Enum):
    """What a line tells unasked, where a door treats it in its own way (`body["notice"]`)."""

    RESTORATION = "restoration"


class Delivery(str, Enum):
    """The life of an outbound line."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Location:
    """A place sent from the phone: degrees WGS-84 or GCJ-02 as the channel gives them, and the channel's own words."""

    latitude: float
    longitude: float
    label: str = ""

    def to_wire(self) -> dict[str, Any]:
        """Returns `{"latitude", "longitude", "label"}`."""
        return {"latitude": self.latitude, "longitude": self.longitude, "label": self.label}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Location:
        """Reads a place."""
        return cls(float(wire["latitude"]), float(wire["longitude"]), str(wire.get("label", "")))


@dataclass(frozen=True)
class Attachment:
    """A picture or a voice message: kept in our own store under `media_id`, never at the channel's address.

    `kind` is image or voice; `text` is what the channel recognised in a voice message, perhaps nothing.
    """

    kind: str
    media_id: str
    name: str = ""
    mime: str = ""
    size: int = 0
    text: str = ""

    def to_wire(self) -> dict[str, Any]:
        """Returns `{"kind", "media_id", "name", "mime", "size", "text"}`."""
        return {
            "kind": self.kind,
            "media_id": self.media_id,
            "name": self.name,
            "mime": self.mime,
            "size": self.size,
            "text": self.text,
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Attachment:
        """Reads a picture or a voice."""
        texts = {name: str(wire.get(name, "")) for name in ("kind", "media_id", "name", "mime", "text")}
        return cls(**texts, size=int(wire.get("size", 0)))


def is_wordless(body: Mapping[str, Any]) -> bool:
    """Tells of a stored body, or of the metadata made of it, whether a place or a picture came without words."""
    return bool(body.get("location") or (body.get("attachment") and not body["attachment"].get("text")))


@dataclass(frozen=True)
class InboundMessage:
    """A customer's message as a door hands it in; `channel_message_id` makes retries the same message.

    `label` is what a pressed button showed, when the text is its payload. A message that is a place, a picture or a
    voice has it beside the text: the text is then the place's label, what the voice was heard to say, or nothing.
    """

    user: ChannelUser
    channel_message_id: str
    text: str
    label: str = ""
    location: Location | None = None
    attachment: Attachment | None = None

    def to_body(self) -> dict[str, Any]:
        """Returns the body stored in the transcript."""
        body: dict[str, Any] = {"text": self.label or self.text}
        if self.label:
            body["payload"] = self.text
        if self.location:
            body["location"] = self.location.to_wire()
        if self.attachment:
            body["attachment"] = self.attachment.to_wire()
        return body


@dataclass(frozen=True)
class Receipt:
    """The proof that a message is durable: its number, and whether it was there before."""

    seq: int
    duplicate: bool


@dataclass(frozen=True)
class Line:
    """One line of the transcript."""

    conversation_id: str
    seq: int
    role: Role
    body: dict[str, Any]
    at: datetime
    epoch: int
    agent: AgentIdentity | None = None
    client_id: str | None = None
    delivery: Delivery | None = None

    @property
    def text(self) -> str:
        """The words of this line."""
        return str(self.body.get("text", ""))

    @property
    def notice(self) -> Notice | None:
        """What it tells unasked; none for an answer, and for a notice that every door treats as one."""
        return next((notice for notice in Notice if notice.value == self.body.get("notice")), None)

    def to_wire(self) -> dict[str, Any]:
        """Returns the message of docs/architecture.md section 4."""
        wire: dict[str, Any] = {
            "seq": self.seq,
            "role": self.role.value,
            "at": self.at.isoformat(timespec="milliseconds"),
        }
        wire["text"] = self.text
        wire |= {key: self.body[key] for key in ("buttons", "card", "location", "attachment") if key in self.body}
        wire |= {mark: True for mark in ("survey", "whisper") if mark in self.body}
        if self.agent:
            wire["agent"] = self.agent.to_wire()
        if self.client_id:
            wire["client_id"] = self.client_id
        if self.delivery:
            wire["delivery"] = self.delivery.value
        return wire
