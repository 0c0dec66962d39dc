"""Who is speaking: a person in one channel, and the conversation that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ChannelName(str, Enum):
    """The doors a customer may come through."""

    WEB = "web"
    WECHAT = "wechat"
    ALIPAY = "alipay"


class Level(str, Enum):
    """How surely we know who is speaking; each level includes the ones before it (`verify_levels` of the taxonomy)."""

    NONE = "none"
    LIGHT = "light"
    ACCOUNT = "account"
    FORM = "form"
    STRONG = "strong"


@dataclass(frozen=True)
class ChannelUser:
    """A person as one channel knows them."""

    channel: ChannelName
    user_id: str

    @property
    def conversation_id(self) -> str:
        """The key of this person's conversation: `<channel>:<user id>`."""
        return f"{self.channel.value}:{self.user_id}"

    @classmethod
    def of(cls, conversation_id: str) -> ChannelUser:
        """Reads the person back from a conversation id.

        Raises:
            ValueError: the id does not start with a known channel.
        """
        channel, _, user_id = conversation_id.partition(":")
        return cls(ChannelName(channel), user_id)


@dataclass(frozen=True)
class AgentIdentity:
    """A human agent, as the customer and the desk name them."""

    agent_id: str
    name: str

    def to_wire(self) -> dict[str, str]:
        """Returns `{"id", "name"}`."""
        return {"id": self.agent_id, "name": self.name}
