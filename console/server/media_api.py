"""Pictures and voices of customers, shown to whoever may read the conversation they belong to."""

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
from runtime.postgres import transaction

_GONE = "There is no such picture or voice."


async def show_media(request: Request, media_id: str) -> HTTPResponse:
    """`GET /api/media/{id}`."""
    services = services_of(request)
    async with transaction(services.pool) as connection:
        kept = await media.find(connection, media_id)
        if kept is None:
            raise NotFound(_GONE)
        check_may_read(session_of(request), await services.inbox.one(connection, kept.conversation_id))
    try:
        content = await asyncio.to_thread(media.file_of(services.settings.media_dir, media_id).read_bytes)
    except OSError as error:
        structlog.get_logger().error("console.media.file_gone", media_id=media_id, error=str(error))
        raise NotFound(_GONE) from error
    headers = {"Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return raw(content, content_type=kept.attachment.mime, headers=headers)


ROUTES = (Route("GET", "/api/media/<media_id:str>", Access.READ, show_media),)
