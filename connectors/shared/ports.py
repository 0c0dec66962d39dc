"""What a door needs from the house, as a protocol: the bot gives it in, the door never reaches past it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from connectors.shared.errors import DoorError
from conversation.events import Ownership
from conversation.identity import ChannelUser
from conversation.message import Attachment, InboundMessage, Line, Receipt

Send = Callable[[Line], Awaitable[None]]
EventListener = Callable[[str, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Standing:
    """How a conversation stands: who owns it, and the number of its last line."""

    ownership: Ownership
    last_seq: int


class Reception(Protocol):
    """The reception behind every door."""

    async def receive(self, message: InboundMessage) -> Receipt:
        """Makes the message durable and starts its turn. Raises StoreUnavailable: do not acknowledge it."""

    async def replay(self, conversation_id: str, after: int, send: Send) -> int:
        """Sends what the customer may see after a number, in order, and returns the last number sent."""

    async def standing(self, conversation_id: str) -> Standing:
        """Tells how the conversation stands; one that nobody has opened belongs to the bot."""

    async def customer_typing(self, conversation_id: str, *, on: bool) -> None:
        """Tells the desk that the customer types."""

    async def customer_read(self, conversation_id: str, seq: int) -> None:
        """Remembers how far the customer has read."""

    def on_event(self, listener: EventListener) -> None:
        """Calls `listener(conversation_id, event)` for every live event, from this worker or another."""


class MediaStore(Protocol):
    """The store of pictures and voices behind every door; its refusals carry a sentence for the customer."""

    async def keep(self, content: bytes, name: str, user: ChannelUser) -> Attachment:
        """Keeps what this user sent; a picture loses the place it was taken at.

        Raises:
            DoorError: `media.empty`, `media.too_large`, `media.kind`, `media.broken`, `media.too_many`.
            StoreUnavailable: it is not kept; do not acknowledge it.
        """

    async def find(self, media_id: str, user: ChannelUser) -> Attachment:
        """Finds what this user sent before.

        Raises:
            DoorError: `media.unknown`, somebody else's too.
        """

    async def read(self, media_id: str, user: ChannelUser) -> tuple[Attachment, bytes]:
        """Reads what this user sent before. Raises as `find`."""

    def too_large(self) -> DoorError:
        """Returns the refusal of what is too large, for a door that stops reading before its end."""
