"""The upload of a picture or a voice: read as it comes, never more of it in memory than is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from sanic import HTTPResponse, Request
from sanic.response import json, raw

from connectors.shared.errors import Malformed
from connectors.shared.pace import Paces
from connectors.shared.ports import MediaStore
from connectors.web.frames import Placed, Said, Sent, Shown
from conversation.identity import ChannelUser
from conversation.message import Attachment, InboundMessage

# What one picture may weigh, and what a form around it adds.
TAKEN_BYTES = 10 * 1024 * 1024 + 64 * 1024
# Who sends more than this is cut off; up to it everything is read, for who is cut off while sending hears no answer.
READ_BYTES = 100 * 1024 * 1024
_NAME_HEADER = "x-file-name"


class Uploads:
    """Takes and shows the files of visitors."""

    def __init__(self, store: MediaStore, who: Callable[[Request], ChannelUser]) -> None:
        self._store = store
        self._who = who
        self._paces = Paces()

    async def take(self, request: Request) -> HTTPResponse:
        """Keeps a file: a form with one file, or the bare bytes with their name in `X-File-Name`."""
        user = self._who(request)
        self._paces.of(user.user_id).step()
        content = await self._read(request)
        name = unquote(request.headers.get(_NAME_HEADER, ""))
        if (request.content_type or "").startswith("multipart/form-data"):
            name, content = _file_of(request, content)
        one = await self._store.keep(content, name[:1000], user)
        return json(one.to_wire(), status=201, ensure_ascii=False)

    async def show(self, request: Request, media_id: str) -> HTTPResponse:
        """Gives a file back to who sent it."""
        one, content = await self._store.read(media_id, self._who(request))
        headers = {
            "cache-control": "private, max-age=86400",
            "content-disposition": "inline",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
        }
        return raw(content, content_type=one.mime, headers=headers)

    async def message(self, frame: Sent, user: ChannelUser) -> InboundMessage:
        """Makes a message of a frame; what it names must have been sent by this visitor."""
        if isinstance(frame, Said):
            return InboundMessage(user, frame.client_id, frame.text, frame.label)
        if isinstance(frame, Placed):
            return InboundMessage(user, frame.client_id, frame.location.label, location=frame.location)
        one = await self._attachment(frame, user)
        return InboundMessage(user, frame.client_id, frame.text, attachment=one)

    async def _attachment(self, frame: Shown, user: ChannelUser) -> Attachment:
        if not frame.media_id:
            return Attachment(frame.kind, "", text=frame.text)
        one = await self._store.find(frame.media_id, user)
        if one.kind != frame.kind:
            raise Malformed("web.field.invalid", f"media_id does not name a {frame.kind}.", field="media_id")
        return Attachment(one.kind, one.media_id, one.name, one.mime, one.size, frame.text)

    async def _read(self, request: Request) -> bytes:
        request.stream.request_max_size = READ_BYTES
        parts: list[bytes] = []
        size = 0
        async for part in request.stream:
            size += len(part)
            if size <= TAKEN_BYTES:
                parts.append(part)
        if size > TAKEN_BYTES:
            raise self._store.too_large()
        return b"".join(parts)


def _file_of(request: Request, body: bytes) -> tuple[str, bytes]:
    request.body = body
    files: dict[str, Any] = request.files or {}
    found = next((listed[0] for listed in files.values() if listed), None)
    if found is None:
        raise Malformed("web.file.missing", "The form holds no file.")
    return found.name or "", found.body
