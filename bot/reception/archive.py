"""What a customer may look up in the own conversation, and say about it afterwards (`ports.Archive`)."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.reception.keepsake import write
from bot.reception.wire import Wire
from connectors.shared.errors import DoorError, Malformed, TooLate, Unknown
from connectors.shared.ports import PastPage
from conversation.evaluation import Evaluation, EvaluationKind, Opinion
from conversation.message import Line
from handoff import transcript
from handoff.errors import UnknownConversation
from handoff.phrases import Phrases
from handoff.satisfaction import evaluations, rating
from handoff.satisfaction.rating import Rated
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

# What stands of a service is the customer's to change for so long.
CHANGEABLE = timedelta(days=1)
# A window is told this many evaluations when it comes.
_LATEST = 200
# Lines read at a time for the file.
_PAGE = 500


class Archive:
    """Reads the past of one conversation and keeps opinions about it."""

    def __init__(self, pool: Pool, clock: Clock, wire: Wire, phrases: Phrases) -> None:
        self._pool = pool
        self._clock = clock
        self._wire = wire
        self._phrases = phrases

    async def before(self, conversation_id: str, seq: int, limit: int) -> PastPage:
        """See base class."""
        async with transaction(self._pool) as connection:
            lines = await transcript.read_before(connection, conversation_id, seq, limit=limit + 1)
            more = len(lines) > limit
            lines = lines[1:] if more else lines
            said = await evaluations.of_lines(connection, conversation_id, [line.seq for line in lines])
        return PastPage(tuple(lines), tuple(said), more)

    async def evaluations(self, conversation_id: str) -> list[Evaluation]:
        """See base class."""
        async with transaction(self._pool) as connection:
            return await evaluations.latest(connection, conversation_id, most=_LATEST)

    async def evaluation(self, conversation_id: str, seq: int) -> Evaluation | None:
        """See base class."""
        async with transaction(self._pool) as connection:
            found = await evaluations.of_lines(connection, conversation_id, [seq])
        return found[0] if found else None

    async def evaluate(self, conversation_id: str, seq: int, opinion: Opinion) -> Evaluation:
        """See base class."""
        try:
            async with transaction(self._pool) as connection:
                rated = await self._keep(connection, conversation_id, seq, opinion)
        except UnknownConversation as error:
            raise self._refusal(Unknown, "unknown") from error
        structlog.get_logger().info(
            "bot.evaluation.kept",
            conversation_id=conversation_id,
            seq=seq,
            subject=rated.evaluation.kind.value,
            value=opinion.value,
        )
        await self._wire.tell(conversation_id, {"kind": "evaluation", "seq": seq})
        for line in rated.lines:
            await self._wire.tell(conversation_id, {"kind": "message", "seq": line.seq})
        return rated.evaluation

    async def transcript(self, conversation_id: str) -> str:
        """See base class."""
        lines: list[Line] = []
        async with transaction(self._pool) as connection:
            while page := await transcript.read(
                connection, conversation_id, after=lines[-1].seq if lines else 0, limit=_PAGE, for_customer=True
            ):
                lines += page
            said = await evaluations.of_lines(connection, conversation_id, [line.seq for line in lines])
        return write(lines, said, self._phrases, at=self._clock.now())

    async def _keep(self, connection: Connection, conversation_id: str, seq: int, opinion: Opinion) -> Rated:
        await transcript.lock(connection, conversation_id)
        subject = await evaluations.subject_of(connection, conversation_id, seq)
        if subject is None:
            raise self._refusal(Unknown, "unknown", seq=seq)
        if not opinion.fits(subject.kind):
            raise self._refusal(Malformed, "value", seq=seq, value=opinion.value)
        at, is_service = self._clock.now(), subject.kind is EvaluationKind.SERVICE
        if is_service and subject.since and at - subject.since > CHANGEABLE:
            raise self._refusal(TooLate, "closed", seq=seq)
        return await rating.keep(connection, conversation_id, seq, subject, opinion, self._phrases, at=at)

    def _refusal(self, kind: type[DoorError], why: str, **fields: object) -> DoorError:
        return kind(f"evaluation.{why}", self._phrases.say(f"utter_door_evaluation_{why}"), **fields)
