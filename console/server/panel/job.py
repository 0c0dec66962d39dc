"""What an act at the desk works with, and what it tells when it is done; the acts themselves stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from backend.models import BoundAccount
from backend.protocol import Backend
from console.server.bodies import Text
from console.server.panel.counter import Counter
from conversation.identity import ChannelUser
from handoff.phrases import Phrases

ACCOUNT, CHOICE, NUMBER, PHONE, WORDS = Text(32), Text(80), Text(40), Text(20, least=0), Text(500)
MAYBE_ACCOUNT, MAYBE_CHOICE, MAYBE_WORDS = Text(32, least=0), Text(80, least=0), Text(500, least=0)


@dataclass(frozen=True)
class Job:
    """One act under way: for whom, with which key, and what the agent filled in."""

    counter: Counter
    phrases: Phrases
    conversation_id: str
    key: str
    fields: Mapping[str, str]

    @property
    def backend(self) -> Backend:
        """The utility."""
        return self.counter.backend

    @property
    def user(self) -> ChannelUser:
        """The customer, as the utility knows them."""
        return ChannelUser.of(self.conversation_id)

    async def account(self) -> BoundAccount:
        """The bound account that the agent chose. Raises AccountUnknown."""
        return await self.counter.account(self.conversation_id, self.fields["account"])

    def moment(self, at: datetime) -> str:
        """Says a moment as a customer reads it."""
        return self.phrases.say("utter_desk_moment", month=at.month, day=at.day, clock=f"{at:%H:%M}")

    def day(self, day: date) -> str:
        """Says a day as a customer reads it."""
        return self.phrases.say("utter_desk_day", month=day.month, day=day.day)


@dataclass(frozen=True)
class Done:
    """What was done: the names of the sentences it leaves, what fills them, and what the timeline shows of it."""

    note: str
    blanks: Mapping[str, str]
    shown: Mapping[str, str] = field(default_factory=dict)
    tell: str = ""
    bound: BoundAccount | None = None


class Act(Protocol):
    """One kind of act: what it takes, and how it is done at the utility."""

    @property
    def fields(self) -> Mapping[str, Text]:
        """The fields of its form, beside key and tell."""

    async def __call__(self, job: Job) -> Done:
        """Does it.

        Raises:
            BackendError: the utility refused, or does not answer.
            AccountUnknown: the account is not this customer's.
        """
