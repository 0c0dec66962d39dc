"""A file from an agent to the customer: read as it comes, checked as a customer's, kept, and said as one line."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from urllib.parse import unquote

import structlog
from sanic import HTTPResponse, Request
from sanic.response import json

from console.server.access import Access, session_of
from console.server.bodies import Text, read_conversation_id
from console.server.routes import CHAT, Route
from console.server.services import Services, services_of
from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import Attachment, Role
from handoff import media, transcript
from handoff.errors import FileRefused, NotOwner
from handoff.media import Kept
from runtime.errors import StoreUnavailable
from runtime.files.cleaning import cleaned
from runtime.files.frames import NotReadable, extent
from runtime.files.kinds import IMAGE, PDF, Kind, is_heic, is_pdf, kind_of, pdf_acts
from runtime.files.shelf import named, write
from runtime.postgres import transaction

MOST_BYTES = 10 * 1024 * 1024
MOST_AN_HOUR = 120
# Read to the end up to this, so that who sends too much hears why.
_READ_BYTES = 40 * 1024 * 1024


async def send_file(request: Request, conversation_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/files`: the bytes as the body, their name in X-File-Name, once per X-Client-Id."""
    services, agent = services_of(request), session_of(request).agent
    conversation_id = read_conversation_id(conversation_id)
    client_id = Text(64).check("X-Client-Id", request.headers.get("x-client-id", ""))
    content = await _read(request)
    if known := await _known(services, conversation_id, agent, client_id):
        return json({"message": known}, status=201, ensure_ascii=False)
    kind, clean = await asyncio.to_thread(check_file, content)
    name = named(unquote(request.headers.get("x-file-name", ""), errors="replace")[:1000], kind)
    one = Attachment(kind.kind, secrets.token_hex(16), name, kind.mime, len(clean))
    _check_door(services, conversation_id)
    await _keep(services, one, clean, conversation_id, agent)
    text = await _said(services, conversation_id, one)
    said = await services.desk.say(conversation_id, agent, client_id, text, one)
    return json({"message": said.line.to_wire()}, status=201, ensure_ascii=False)


def check_file(content: bytes) -> tuple[Kind, bytes]:
    """Tells what a file is and takes out what it tells beside itself. Raises FileRefused."""
    if not content:
        raise FileRefused("empty", "The file is empty.", 400)
    if len(content) > MOST_BYTES:
        raise FileRefused("too_large", "The file has more than 10 MB.", 413, most=MOST_BYTES)
    if is_pdf(content):
        if pdf_acts(content):
            raise FileRefused("acting", "The PDF does something when it is opened; print it to a plain one.", 415)
        return PDF, content
    kind = kind_of(content)
    if kind is None or kind.kind != IMAGE:
        raise FileRefused("heic" if is_heic(content) else "kind", "Only JPG, PNG, GIF, WebP and PDF are sent.", 415)
    try:
        clean = cleaned(content, kind.mime)
        surface = extent(clean, kind.mime)
    except NotReadable as error:
        raise FileRefused("broken", "The picture cannot be read.", 415) from error
    if surface and surface.is_too_large:
        raise FileRefused("too_wide", "The picture has too many pixels.", 413)
    return kind, clean


def _check_door(services: Services, conversation_id: str) -> None:
    """A push door shows no file of ours: it needs an address. Raises FileRefused where none is set."""
    if not _shows_files(conversation_id) and not services.settings.public_url:
        raise FileRefused("no_address", "This channel shows no files, and PUBLIC_URL names no address for a link.")


def _shows_files(conversation_id: str) -> bool:
    return ChannelUser.of(conversation_id).channel is ChannelName.WEB


async def _said(services: Services, conversation_id: str, one: Attachment) -> str:
    """The words of the line; where the door shows no file, with an address that opens it for some days."""
    say, name = services.phrases.say, one.name
    if _shows_files(conversation_id):
        return say(f"utter_human_file_{one.kind}", file=name)
    token, days = secrets.token_urlsafe(24), services.settings.file_link_days
    until = services.clock.now() + timedelta(days=days)
    async with transaction(services.pool) as connection:
        await media.link(connection, one.media_id, token, until=until)
    url = f"{services.settings.public_url.rstrip('/')}/files/{token}"
    return say(f"utter_human_file_{one.kind}_link", file=name, url=url, days=days)


async def _read(request: Request) -> bytes:
    request.stream.request_max_size = _READ_BYTES
    parts: list[bytes] = []
    size = 0
    async for part in request.stream:
        size += len(part)
        if size <= MOST_BYTES:
            parts.append(part)
    if size > MOST_BYTES:
        raise FileRefused("too_large", "The file has more than 10 MB.", 413, most=MOST_BYTES)
    return b"".join(parts)


async def _known(
    services: Services, conversation_id: str, agent: AgentIdentity, client_id: str
) -> dict[str, object] | None:
    """The line a resent file made already. Raises NotOwner: only who serves the chat sends files."""
    async with transaction(services.pool) as connection:
        owned = await transcript.ownership(connection, conversation_id)
        if owned.agent is None or owned.agent.agent_id != agent.agent_id:
            raise NotOwner(owned.agent, conversation_id=conversation_id)
        known = await transcript.find(connection, conversation_id, Role.AGENT, client_id)
    return known.to_wire() if known else None


async def _keep(
    services: Services, one: Attachment, content: bytes, conversation_id: str, agent: AgentIdentity
) -> None:
    """Writes file and row, or neither."""
    file, now = media.file_of(services.settings.media_dir, one.media_id), services.clock.now()
    try:
        await asyncio.to_thread(write, file, content)
    except OSError as error:
        structlog.get_logger().error("console.file.not_written", error=str(error))
        raise StoreUnavailable(f"the file cannot be written: {error}") from error
    try:
        async with transaction(services.pool) as connection:
            await media.hold(connection, agent.agent_id)
            since = now - timedelta(hours=1)
            if await media.count_of_agent(connection, agent.agent_id, since) >= MOST_AN_HOUR:
                raise FileRefused("too_many", "Too many files in an hour.", 429)
            await media.add(connection, Kept(one, conversation_id), at=now, agent_id=agent.agent_id)
    except (FileRefused, StoreUnavailable):
        await asyncio.to_thread(file.unlink, missing_ok=True)
        raise


ROUTES = (Route("POST", f"{CHAT}/files", Access.DESK, send_file, stream=True),)
