"""The routes of the past: older lines, evaluations, and the conversation as a file; each visitor sees the own only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import json, text

from connectors.shared.errors import Malformed, TooLong
from connectors.shared.pace import Paces
from connectors.shared.ports import Archive
from connectors.web.frames import decode, loose_text
from connectors.web.rooms import public
from conversation.evaluation import COMMENT_CHARACTERS, Evaluation, Fault, Opinion
from conversation.identity import ChannelUser

# Older lines asked for at a time.
PAGE_LINES, _MOST_LINES = 50, 200
_EVALUATION = frozenset({"seq", "value", "reason", "comment"})


class Records:
    """Answers what a visitor asks about the past."""

    def __init__(self, archive: Archive, who: Callable[[Request], ChannelUser]) -> None:
        self._archive = archive
        self._who = who
        self._paces = Paces()

    async def older(self, request: Request, before: int) -> HTTPResponse:
        """`GET /messages?before=n&limit=50`: the last lines before a number, oldest first."""
        limit = number_of(request, "limit", PAGE_LINES)
        if not 1 <= limit <= _MOST_LINES:
            raise Malformed("web.field.invalid", f"limit must be from 1 to {_MOST_LINES}.", field="limit")
        page = await self._archive.before(self._who(request).conversation_id, before, limit)
        body = {"messages": [public(line) for line in page.lines], "more": page.more}
        return json(body | {"evaluations": [one.to_wire() for one in page.evaluations]}, ensure_ascii=False)

    async def evaluate(self, request: Request) -> HTTPResponse:
        """`POST /evaluations`: keeps what the visitor thinks of a line."""
        user = self._who(request)
        self._paces.of(user.user_id).step()
        seq, opinion = _evaluation(decode(request.body))
        kept = await self._archive.evaluate(user.conversation_id, seq, opinion)
        return json(kept.to_wire(), ensure_ascii=False)

    async def transcript(self, request: Request) -> HTTPResponse:
        """`GET /transcript`: the own conversation as a text, its numbers masked."""
        user = self._who(request)
        self._paces.of(user.user_id).step()
        written = await self._archive.transcript(user.conversation_id)
        headers = {
            "cache-control": "no-store",
            "content-disposition": 'attachment; filename="gridtalk-transcript.txt"',
            "x-content-type-options": "nosniff",
        }
        return text(written, headers=headers)

    async def opinions(self, conversation_id: str) -> list[dict[str, Any]]:
        """The evaluations a window is told when it comes."""
        return [one.to_wire() for one in await self._archive.evaluations(conversation_id)]

    async def opinion(self, conversation_id: str, seq: int) -> Evaluation | None:
        """The evaluation of a line."""
        return await self._archive.evaluation(conversation_id, seq)


def number_of(request: Request, name: str, default: int) -> int:
    """Reads a number from the query. Raises Malformed: `web.field.invalid`."""
    raw = request.args.get(name, str(default))
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 18:
        raise Malformed("web.field.invalid", f"{name} must be a number from 0 on.", field=name)
    return int(raw)


def _evaluation(fields: Mapping[str, Any]) -> tuple[int, Opinion]:
    extra = sorted(set(fields) - _EVALUATION)
    if extra:
        raise Malformed("web.fields.unknown", f"Unknown fields: {', '.join(extra)[:200]}.", fields=extra[:10])
    seq, value = _whole(fields, "seq"), _whole(fields, "value")
    comment = loose_text(fields, "comment")
    if len(comment) > COMMENT_CHARACTERS:
        raise TooLong("web.text.too_long", f"comment may hold {COMMENT_CHARACTERS} characters.", field="comment")
    return seq, Opinion(value, _fault(fields.get("reason")), comment)


def _whole(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) < value < 2**62:
        raise Malformed("web.field.invalid", f"{name} must be a whole number.", field=name)
    return value


def _fault(value: object) -> Fault | None:
    known = {one.value: one for one in Fault}
    if value is None:
        return None
    if not isinstance(value, str) or value not in known:
        raise Malformed("web.field.invalid", f"reason must be one of {', '.join(known)}.", field="reason")
    return known[value]
