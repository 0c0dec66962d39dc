"""What a door needs from the house, as a protocol: the bot gives it in, the door never reaches past it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from connectors.shared.errors import DoorError
from connectors.shared.promised import Promised
from conversation.evaluation import Evaluation, Opinion
from conversation.events import Ownership
from conversation.identity import ChannelUser
from conversation.message import Attachment, InboundMessage, Line, Receipt
from conversation.reply import Chart
from conversation.spending import Spending

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
    would not be read as a choice, so none is shown. `rest` is what a shortened message left over of the lines' words:
    it stands for them. `failed_ways` have been tried for them and did not reach the customer. `coming` more lines
    and answers that are thought of may leave with it if it waits a moment: where each message counts, it does.
    """

    conversation_id: str
    lines: tuple[Line, ...]
    attempt: int = 1
    first_choice: int = 1
    rest: str = ""
    failed_ways: tuple[str, ...] = ()
    coming: int = 0


class Way(str, Enum):
    """How words reach a customer (`messages.sent_by`)."""

    PASSIVE = "passive"
    CUSTOM = "custom"
    TEMPLATE = "template"
    SMS = "sms"
    CALL = "call"


@dataclass(frozen=True)
class Sent:
    """The customer has the parcel; `rest` of its words is owed, and what is `promised` leaves when this is recorded.

    `cost`, as of every outcome: messages of the quota that this round took. `receipt`: see `Reception.receipt`.
    """

    cost: int = 0
    way: Way | None = None
    rest: str = ""
    receipt: str = ""
    promised: Promised | None = None


@dataclass(frozen=True)
class Refused:
    """The platform will not have the parcel, now or later: a person has to tell the customer."""

    reason: str
    cost: int = 0


@dataclass(frozen=True)
class Later:
    """The platform could not take the parcel now; `after` is the least time to wait, none lets the house choose.

    What is not this parcel's fault (the whole account is held back) is no attempt of it: `counts` is false.
    """

    reason: str
    after: timedelta | None = None
    cost: int = 0
    counts: bool = True


@dataclass(frozen=True)
class Barred:
    """The window or the quota does not let the parcel through: its words (their `rest`) are owed to the customer.

    `way` says how they were told meanwhile that there is an answer; without one a person has to call.
    """

    reason: str
    way: Way | None = None
    rest: str = ""
    receipt: str = ""
    cost: int = 0


Outcome = Sent | Refused | Later | Barred
Carry = Callable[[Parcel], Awaitable[Outcome]]


@dataclass(frozen=True)
class Posted:
    """What one round of deliveries left: whether more lines wait, and for how long the first of them has to."""

    more: bool
    wait: timedelta = timedelta(0)


class SpendingBook(Protocol):
    """The record of what each delivery cost."""

    async def spending(self, conversation_id: str) -> Spending:
        """Tells what was spent since the customer last wrote; an event is no writing. Raises StoreUnavailable."""


class Texter(Protocol):
    """An SMS gateway: the way to a customer whom their channel does not reach."""

    async def text(self, conversation_id: str, words: str, *, key: str) -> bool:
        """Sends words to the customer's phone, once for each key; false: no phone is known.

        Raises:
            PlatformError: the gateway did not take it.
        """


class Reception(SpendingBook, Protocol):
    """The reception behind every door."""

    async def receive(self, message: InboundMessage) -> Receipt:
        """Makes the message durable and starts its turn. Raises StoreUnavailable: do not acknowledge it."""

    async def remark(self, message: InboundMessage, answer: str) -> Receipt:
        """Keeps what needs no turn and answers it with a sentence, once; nothing is said where a person has the word.

        An empty answer says nothing. A message without words or pictures (a visitor came in) leaves no line of its own.
        Raises StoreUnavailable: do not acknowledge it.
        """

    async def put_off(self, message: InboundMessage, answer: str) -> Receipt:
        """Keeps a message for a turn that comes when there is room, and answers with a sentence meanwhile, once.

        Danger gets its turn at once. Where a person has the word nothing is said, and an empty answer says nothing.
        Raises StoreUnavailable: do not acknowledge it.
        """

    def is_urgent(self, text: str) -> bool:
        """Whether a text speaks of danger: no limit holds it up."""

    async def replay(self, conversation_id: str, after: int, send: Send) -> int:
        """Sends what the customer may see after a number, in order, and returns the last number sent."""

    async def confirm(self, conversation_id: str, seq: int) -> None:
        """Records as sent what a window has up to a number: the commit that was to say so may have been lost."""

    async def post(self, conversation_id: str, carry: Carry) -> Posted:
        """Gives the next lines that wait to `carry`, under the conversation's lock, and records what came of it."""

    async def undelivered(self, channel: str) -> list[str]:
        """Lists a channel's conversations whose lines wait for longer than a live event would have let them."""

    async def follows(self, conversation_id: str, *, on: bool) -> None:
        """Remembers that the customer follows the account, or has left it. Raises StoreUnavailable."""

    async def receipt(self, number: str, result: str, *, arrived: bool) -> None:
        """Records what became of a message that the platform reports on; what did not arrive goes another way."""

    async def keep_response(self, conversation_id: str, key: str, words: str) -> None:
        """Remembers the words that a push was answered with at once. Raises StoreUnavailable."""

    async def response(self, conversation_id: str, key: str) -> str | None:
        """Finds what a push was answered with at once, at any worker; None: nothing (yet). Raises StoreUnavailable."""

    async def standing(self, conversation_id: str) -> Standing:
        """Tells how the conversation stands; one that nobody has opened belongs to the bot."""

    async def customer_typing(self, conversation_id: str, *, on: bool) -> None:
        """Tells the desk that the customer types."""

    async def customer_read(self, conversation_id: str, seq: int) -> None:
        """Remembers how far the customer has read, and tells the customer's other windows and the desk."""

    def on_event(self, listener: EventListener) -> None:
        """Calls `listener(conversation_id, event)` for every live event, from this worker or another."""


@dataclass(frozen=True)
class Opening:
    """What allowed us to write to somebody (the platform's own name of it), and when, by the clock of the house."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Contact:
    """How a platform names somebody, and which windows to write to them have been opened; who has left has none."""

    address: str
    openings: tuple[Opening, ...] = ()
    has_left: bool = False


class ContactBook(Protocol):
    """Whom a platform lets us write to, known to every worker; and the notices it sent to no customer.

    Every method raises StoreUnavailable: the push must not be acknowledged, the line waits.
    """

    async def opened(self, conversation_id: str, address: str, opening: Opening, sent_ms: int) -> None:
        """Notes a window, once for a push and its retries; `sent_ms` is the platform's own time of it."""

    async def left(self, conversation_id: str, address: str, sent_ms: int) -> None:
        """Closes every window; what the platform sent before this opens none any more."""

    async def used(self, conversation_id: str, by: str) -> None:
        """Closes a window that was good for one message."""

    async def find(self, conversation_id: str) -> Contact | None:
        """Finds somebody; None: they have never come."""

    async def keep_notice(self, channel: str, notice_id: str, method: str, fields: dict[str, str]) -> bool:
        """Keeps a notice of the platform; tells whether it is new."""


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
