"""Pictures, voices and papers of a conversation, shown to whoever may read the conversation they belong to."""

from __future__ import annotations

import asyncio

import structlog
from sanic import HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import raw

from console.server.access import Access, check_may_read, session_of
from console.server.routes import Route
from console.server.services import services_of
from handoff import media
from handoff.customer import history
from runtime.files.kinds import IMAGE, VOICE
from runtime.postgres import Connection, transaction

# What a browser shows by itself; a paper is saved.
_SHOWN = frozenset({IMAGE, VOICE})
_GONE = "There is no such picture or voice."


async def show_media(request: Request, media_id: str) -> HTTPResponse:
    """`GET /api/media/{id}?within=`: `within` is the chat in whose history the picture stands, when it is another."""
    services = services_of(request)
    async with transaction(services.pool) as connection:
        kept = await media.find(connection, media_id)
        if kept is None:
            raise NotFound(_GONE)
        shown_in = await _shown_in(connection, request.args.get("within"), kept.conversation_id)
        check_may_read(session_of(request), await services.inbox.one(connection, shown_in))
    try:
        content = await asyncio.to_thread(media.file_of(services.settings.media_dir, media_id).read_bytes)
    except OSError as error:
        structlog.get_logger().error("console.media.file_gone", media_id=media_id, error=str(error))
        raise NotFound(_GONE) from error
    way = "inline" if kept.attachment.kind in _SHOWN else "attachment"
    headers = {"Content-Disposition": way, "Content-Security-Policy": "default-src 'none'; sandbox"}
    return raw(content, content_type=kept.attachment.mime, headers=headers)


async def _shown_in(connection: Connection, within: str | None, conversation_id: str) -> str:
    """The chat whose readers may see the picture: its own, or one of the same person."""
    if within and conversation_id in await history.linked(connection, within):
        return within
    return conversation_id


ROUTES = (Route("GET", "/api/media/<media_id:str>", Access.READ, show_media),)
