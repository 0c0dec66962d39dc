"""One message whose turn this worker runs, with all that was known around it when it was claimed; it asks no store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from conversation.events import Owner
from conversation.message import is_wordless
from runtime.clock import SHANGHAI


@dataclass(frozen=True)
class Around:
    """What stood around a message at its claim.

    Attributes:
        words: the customer's last words of the last half hour, `written` all that tell their script; newest first.
        shown: the newest lines of the bot with their buttons, `told` the last line of the house and its time.
        marks: when the customer was in contact about what, oldest first.
        served: whether people have ever ended a request of this conversation.
        weeks, days: the desk's hours as its book has them.
    """

    risks: tuple[str, ...] = ()
    mood: int | None = None
    words: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    shown: tuple[dict[str, Any], ...] = ()
    told: dict[str, Any] | None = None
    told_at: datetime | None = None
    marks: tuple[tuple[str, datetime], ...] = ()
    served: bool = False
    weeks: tuple[dict[str, Any], ...] = ()
    days: tuple[dict[str, Any], ...] = ()

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Around:
        """Reads what `turn_around` returned."""
        told = row["told"] or {}
        return cls(
            risks=tuple(map(str, row["risks"] or ())),
            mood=row["mood"],
            words=tuple(str(text or "") for text in row["words"] or ()),
            written=tuple(str(text or "") for text in row["written"] or ()),
            shown=tuple(row["shown"] or ()),
            told=told.get("told"),
            told_at=_moment(told["at"]) if told else None,
            marks=tuple((mark["topic"], _moment(mark["at"])) for mark in row["marks"] or ()),
            served=row["served"],
            weeks=tuple(row["weeks"] or ()),
            days=tuple({**day, **_dates(day)} for day in row["days"] or ()),
        )


@dataclass(frozen=True)
class Waiting:
    """A line behind the claimed one that waits, too; `joins` names the line whose turn answers it, once that is so."""

    seq: int
    body: dict[str, Any]
    at: datetime
    joins: int | None = None


@dataclass(frozen=True)
class Claim:
    """One message whose turn this worker runs; `attempt` is the fence that lets a single answer through.

    `text` is what it asks for, `shown` what the customer sees of it: of a pressed button the payload and the label.
    `errands` are the requests of this customer that wait for the company, `links` the identities of theirs that it does
    not know yet. `joined` are the lines of the same burst that this turn answers, too, `parts` the words of each;
    `waiting` are those behind that wait.
    """

    conversation_id: str
    seq: int
    text: str
    attempt: int
    channel: str
    channel_user: str
    owner: Owner
    epoch: int
    at: datetime
    return_note: str | None
    shown: str = ""
    errands: tuple[dict[str, Any], ...] = ()
    links: tuple[dict[str, Any], ...] = ()
    promises: tuple[dict[str, Any], ...] = ()
    location: dict[str, Any] | None = None
    attachment: dict[str, Any] | None = None
    return_facts: dict[str, Any] | None = None
    around: Around = field(default_factory=Around)
    joined: tuple[int, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """The customer's own words: a place and a picture have none, whatever stands for them in the transcript."""
        return "" if is_wordless({"location": self.location, "attachment": self.attachment}) else self.text

    @property
    def message_id(self) -> str:
        """The name of this message in every system: the root of idempotency keys."""
        return f"{self.conversation_id}/{self.seq}"

    @property
    def seqs(self) -> tuple[int, ...]:
        """The lines this turn answers."""
        return (self.seq, *self.joined)


def claim_of(conversation_id: str, row: Any) -> Claim:
    """Reads what `claim_turn` returned."""
    body, around = row["content"], row["around"]
    return Claim(
        conversation_id=conversation_id,
        seq=row["line"],
        text=body.get("payload") or body["text"],
        attempt=row["attempt"],
        channel=around["channel"],
        channel_user=around["channel_user"],
        owner=Owner(around["owner"]),
        epoch=around["epoch"],
        at=row["at"],
        return_note=around["return_note"],
        return_facts=around["return_facts"],
        shown=body["text"],
        errands=tuple(around["errands"] or ()),
        links=tuple(around["links"] or ()),
        promises=tuple(around["promises"] or ()),
        location=body.get("location"),
        attachment=body.get("attachment"),
        around=Around.from_row(around),
        waiting=tuple(
            Waiting(one["seq"], one["body"], _moment(one["at"]), one["joins"]) for one in row["waiting"] or ()
        ),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, SHANGHAI)


def _dates(day: dict[str, Any]) -> dict[str, date]:
    return {name: date.fromisoformat(day[name]) for name in ("first_day", "last_day")}
