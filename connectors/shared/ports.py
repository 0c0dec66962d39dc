"""What a door needs from the house, as a protocol: the bot gives it in, the door never reaches past it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from connectors.shared.errors import DoorError
from conversation.evaluation import Evaluation, Opinion
from conversation.events import Ownership
from conversation.identity import ChannelUser
from conversation.message import Attachment, InboundMessage, Line, Receipt
from conversation.reply import Chart

Send = Callable[[Line], Awaitable[None]]
EventListener = Callable[[str, dict[str, Any]], Awaitable[None]]
# Gives the sentence of a response name (`domain/*.yml`): no door has words of its own.
Say = Callable[[str], str]
# Draws a chart as PNG. Raises ValueError, ArithmeticError or OSError: it cannot be drawn.
Draw = Callable[[Chart], bytes]


@dataclass(frozen=True)
class Standing:
    """How a conversation stands: who owns it, the number of its last line, and how far each side has read."""

    ownership: Ownership
    last_seq: int
    customer_read: int = 0
    agent_read: int = 0


@dataclass(frozen=True)
class Parcel:
    """Lines that wait for their delivery, in order and to be delivered as one.

    `first_choice` is the number of the first button in it: the buttons of one turn are counted through. 0: a number
    would not be read as a choice, so none is shown.
    """

    conversation_id: str
    lines: tuple[Line, ...]
    attempt: int = 1
    first_choice: int = 1


@dataclass(frozen=True)
class Sent:
    """The platform has the parcel."""


@dataclass(frozen=True)
class Refused:
    """The platform will not have the parcel, now or later."""

    reason: str


@dataclass(frozen=True)
class Later:
    """The platform could not take the parcel now; `after` is the least time to wait, none lets the house choose."""

    reason: str
    after: timedelta | None = None


Outcome = Sent | Refused | Later
Carry = Callable[[Parcel], Awaitable[Outcome]]


@dataclass(frozen=True)
class Posted:
    """What one round of deliveries left: whether more lines wait, and for how long the first of them has to."""

    more: bool
    wait: timedelta = timedelta(0)


class Reception(Protocol):
    """The reception behind every door."""

    async def receive(self, message: InboundMessage) -> Receipt:
        """Makes the message durable and starts its turn. Raises StoreUnavailable: do not acknowledge it."""

    async def remark(self, message: InboundMessage, answer: str) -> Receipt:
        """Keeps what needs no turn and answers it with a sentence, once; nothing is said where a person has the word.

        An empty answer says nothing. A message without words or pictures (a visitor came in) leaves no line of its own.
        Raises StoreUnavailable: do not acknowledge it.
        """

    async def replay(self, conversation_id: str, after: int, send: Send) -> int:
        """Sends what the customer may see after a number, in order, and returns the last number sent."""

    async def post(self, conversation_id: str, carry: Carry) -> Posted:
        """Gives the next lines that wait to `carry`, under the conversation's lock, and records what came of it."""

    async def undelivered(self, channel: str) -> list[str]:
        """Lists a channel's conversations whose lines wait for longer than a live event would have let them."""

    async def standing(self, conversation_id: str) -> Standing:
        """Tells how the conversation stands; one that nobody has opened belongs to the bot."""

    async def customer_typing(self, conversation_id: str, *, on: bool) -> None:
        """Tells the desk that the customer types."""

    async def customer_read(self, conversation_id: str, seq: int) -> None:
        """Remembers how far the customer has read, and tells the customer's other windows and the desk."""

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


@dataclass(frozen=True)
class PastPage:
    """Lines of the past, oldest first; `more`: there are older ones."""

    lines: tuple[Line, ...]
    evaluations: tuple[Evaluation, ...]
    more: bool


class Archive(Protocol):
    """What a customer may look up in the own conversation, and say about it afterwards."""

    async def before(self, conversation_id: str, seq: int, limit: int) -> PastPage:
        """Reads the last lines before a number. Raises StoreUnavailable."""

    async def evaluations(self, conversation_id: str) -> list[Evaluation]:
        """Reads the evaluations that changed last. Raises StoreUnavailable."""

    async def evaluation(self, conversation_id: str, seq: int) -> Evaluation | None:
        """Reads the evaluation of a line. Raises StoreUnavailable."""

    async def evaluate(self, conversation_id: str, seq: int, opinion: Opinion) -> Evaluation:
        """Keeps what the customer thinks of an answer or of a service, in place of what was said before.

        Raises:
            DoorError: `evaluation.unknown` (nothing there to evaluate), `evaluation.value`, `evaluation.closed`.
            StoreUnavailable: it is not kept.
        """

    async def transcript(self, conversation_id: str) -> str:
        """Writes the conversation as plain text, its numbers masked. Raises StoreUnavailable."""
