"""Bursts: lines of one customer that wait together and are pieces of one thought are answered by one turn, in order.

Each stays its own row of the transcript; `messages.joins` names the line whose turn answers it, and a turn that runs
again answers the same lines. Two matters are never joined, nor an answer, a pressed button or a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.dialogue import Answer
from bot.reception import patience, stars
from bot.reception.burst_rules import burst_rules
from bot.reception.choices import payload_of_shown
from bot.reception.claim import Claim, Waiting
from bot.reception.pieces import Shape, leads_to_number, shape_of
from conversation.events import Owner
from runtime.postgres import Pool, at_once

_WORDLESS = frozenset({"payload", "location", "attachment"})

_JOIN = """
    update messages set joins = $2, turn_attempts = $3
    where conversation_id = $1 and seq = any($4) and turn = 'pending' returning seq
"""
_BEHIND = """
    select m.seq, m.body, m.joins, m.created_at from messages m
    where m.conversation_id = $1 and m.turn = 'pending' and m.seq > $2
        and m.epoch = (select l.epoch from messages l where l.conversation_id = $1 and l.seq = $2)
    order by m.seq limit 8
"""


@dataclass(frozen=True)
class Understood:
    """What a line says by itself, how sure that is, and what it names."""

    intent: str
    sure: float
    names: Mapping[str, str] = field(default_factory=dict)


class Reads(Protocol):
    """Understands a line by itself (`bot.reading.LineReader`)."""

    async def read(self, text: str) -> Understood | None:
        """Returns what it says; None when it cannot be read now."""


@dataclass(frozen=True)
class Bursts:
    """Joins lines to claims; `wait_s` is how long a turn waits for the next line that understood nothing of its own."""

    pool: Pool
    reader: Reads
    wait_s: float = 0.0

    @property
    def longest_s(self) -> float:
        """So long a turn waits in all."""
        return burst_rules().longest

    async def join(self, claim: Claim) -> Claim:
        """The claim with the waiting lines that its turn answers, too. Raises StoreUnavailable."""
        if claim.owner is Owner.AGENT:
            return claim
        before = [line for line in claim.waiting if line.joins == claim.seq]
        if before or claim.attempt > 1:  # what a turn has begun with, it is run again with
            return await self._joined(claim, before)
        return await self._joined(claim, await self._pieces(claim, claim.waiting))

    async def join_late(self, claim: Claim) -> Claim:
        """The claim with lines that have come since; itself when none belongs to it. Raises StoreUnavailable.

        It is asked of a turn that answers no form: there pieces are known by their shape, numbers too.
        """
        async with at_once(self.pool) as connection:
            rows = await connection.fetch(_BEHIND, claim.conversation_id, claim.seqs[-1])
        waiting = [Waiting(row["seq"], row["body"], row["created_at"], row["joins"]) for row in rows]
        taken = await self._pieces(claim, waiting, shaped=True)
        whole = await self._joined(claim, taken)
        return replace(whole, waiting=tuple(waiting[len(taken) :]))

    def wait_for(self, claim: Claim, answer: Answer) -> float | None:
        """So many seconds the turn waits for the next line; None: it is answered as it stands.

        Nothing is waited for that is there already, nor where the switch is off.
        """
        share = patience.share_for(claim, answer)
        if share is None:
            return None
        return 0.0 if claim.waiting else self.wait_s * share

    def overruled(self, claim: Claim, answer: Answer) -> str:
        """What the words are taken for instead when the turn only guesses at them; empty: the turn stands."""
        return burst_rules().stands_for if self.wait_s and patience.is_guess(claim, answer) else ""

    async def _joined(self, claim: Claim, lines: Sequence[Waiting]) -> Claim:
        if not lines:
            return claim
        seqs = [line.seq for line in lines]
        async with at_once(self.pool) as connection:
            await connection.fetch(_JOIN, claim.conversation_id, claim.seq, claim.attempt, seqs)
        parts = [*(claim.parts or (claim.text,)), *(str(line.body["text"]) for line in lines)]
        text = burst_rules().joined(parts)
        return replace(claim, text=text, shown=text, joined=(*claim.joined, *seqs), parts=tuple(parts))

    async def _pieces(self, claim: Claim, waiting: Sequence[Waiting], *, shaped: bool = False) -> list[Waiting]:
        """The first waiting lines that belong to the claimed one."""
        if not waiting or not (shaped or _may(claim)):
            return []
        first = await self._matter(claim.text, shaped=shaped)
        if first is None:
            return []
        rules, taken, matter, last_at = burst_rules(), [], first, claim.at
        length, room, last = len(claim.text), rules.lines - len(claim.seqs), (claim.parts or (claim.text,))[-1]
        for line in waiting[:room]:
            text = _plain_text(line.body)
            length += len(text)
            if not text or length > rules.together or (line.at - last_at).total_seconds() > rules.apart_seconds:
                break
            if line.joins is not None or payload_of_shown(text, claim.around.shown) is not None:
                break
            found = _NUMBER if leads_to_number(last) and _is_number(text) else await self._matter(text, shaped=shaped)
            if found is None or not matter.goes_with(found):
                break
            taken.append(line)
            matter, last_at, last = matter.with_(found), line.at, text
        return taken

    async def _matter(self, text: str, *, shaped: bool) -> _Matter | None:
        """What a line is about; None: it stands alone."""
        rules = burst_rules()
        if shaped and _is_piece(text):
            return _PIECE
        if not _joinable(text):
            return None
        meant = await self.reader.read(text)
        if meant is None:
            return None
        sure = meant.sure >= rules.sure
        if sure and meant.intent in rules.answers:
            return None
        if sure and meant.intent not in rules.open:
            return _Matter(meant.intent, meant.names)
        guessed = meant.sure >= rules.guessed and len(text) > rules.short and meant.intent not in rules.open
        is_piece = len(text) <= rules.fragment and not guessed
        return _PIECE if is_piece else _Matter(meant.intent, meant.names)


@dataclass(frozen=True)
class _Matter:
    """What lines together are about so far; a piece of a thought is about nothing of its own."""

    intent: str
    names: Mapping[str, str]

    def goes_with(self, other: _Matter) -> bool:
        """Whether both are of one matter: the same, of the same, or one of them a piece."""
        if not (self.intent and other.intent):
            return True
        return self.intent == other.intent and all(self.names.get(key, one) == one for key, one in other.names.items())

    def with_(self, other: _Matter) -> _Matter:
        """Both together."""
        return _Matter(self.intent or other.intent, {**self.names, **other.names})


# A piece of a thought; the number that a line before has announced.
_PIECE = _NUMBER = _Matter("", {})
# By these shapes a line is a piece, whatever it is read as.
_SHAPED = frozenset(Shape) - {Shape.WHOLE, Shape.GOES_ON}


def _is_piece(text: str) -> bool:
    return shape_of(text) in _SHAPED


def _is_number(text: str) -> bool:
    return text.strip().isdigit() or shape_of(text) is Shape.NUMBER


def _may(claim: Claim) -> bool:
    """Whether a claimed line may be the first of several: typed words that answer nothing the house has asked."""
    return patience.is_typed(claim) and _joinable(claim.text)


def _plain_text(body: Mapping[str, Any]) -> str:
    """The words of a line that is words and nothing else."""
    return "" if _WORDLESS & body.keys() else str(body.get("text") or "")


def _joinable(text: str) -> bool:
    rules = burst_rules()
    if len(text) > rules.characters or rules.alone.search(text):
        return False
    return not (stars.read(text, fresh=True) or stars.declines(text) or stars.helped(text))
