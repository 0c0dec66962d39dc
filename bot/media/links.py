"""`GET /files/<token>`: a file an agent has sent, for who has its link; it lists nothing and takes nothing in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

import structlog
from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import raw

from connectors.shared.routes import function
from handoff import media
from runtime.clock import Clock
from runtime.postgres import Pool, transaction

_GONE = "There is no such file, or its link has expired."


class FileLinks:
    """Opens the links; nothing in a file runs, and no proxy keeps it."""

    def __init__(self, pool: Pool, clock: Clock, folder: Path) -> None:
        self._pool = pool
        self._clock = clock
        self._folder = folder

    def blueprint(self) -> Blueprint:
        """Returns the route."""
        routes = Blueprint("files", url_prefix="/files")
        routes.add_route(function(self._show), "/<token:str>", methods=["GET"], name="files_show")
        return routes

    async def _show(self, request: Request, token: str) -> HTTPResponse:
        async with transaction(self._pool) as connection:
            kept = await media.linked(connection, token, at=self._clock.now())
        if kept is None:
            raise NotFound(_GONE)
        one = kept.attachment
        try:
            content = await asyncio.to_thread(media.file_of(self._folder, one.media_id).read_bytes)
        except OSError as error:
            structlog.get_logger().error("bot.media.file_gone", media_id=one.media_id, error=str(error))
            raise NotFound(_GONE) from error
        headers = {
            "cache-control": "private, no-store",
            "content-disposition": f"inline; filename*=UTF-8''{quote(one.name)}",
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "x-robots-tag": "noindex",
        }
        return raw(content, content_type=one.mime, headers=headers)
