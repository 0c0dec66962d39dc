"""Keeps what customers send (`connectors.shared.ports.MediaStore`): checked, cleaned, one file and one row each."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from pathlib import Path

import structlog

from connectors.shared.errors import DoorError, Malformed, NotTaken, TooLong, TooMany, Unknown
from conversation.identity import ChannelUser
from conversation.message import Attachment
from handoff import media
from handoff.media import Kept
from handoff.phrases import Phrases
from runtime.clock import Clock
from runtime.errors import StoreUnavailable
from runtime.files.cleaning import cleaned
from runtime.files.frames import NotReadable, extent
from runtime.files.kinds import Kind, is_heic, kind_of
from runtime.files.shelf import named, write
from runtime.postgres import Connection, Pool, transaction

MOST_BYTES = 10 * 1024 * 1024
MOST_AN_HOUR = 30


class MediaShelf:
    """The store of pictures and voices; each is shown to its own conversation only."""

    def __init__(self, pool: Pool, clock: Clock, folder: Path, phrases: Phrases) -> None:
        self._pool = pool
        self._clock = clock
        self._folder = folder
        self._phrases = phrases

    async def keep(self, content: bytes, name: str, user: ChannelUser) -> Attachment:
        """See base class."""
        kind, clean = self._checked(content)
        await self._check_pace(user)
        one = Attachment(kind.kind, secrets.token_hex(16), named(name, kind), kind.mime, len(clean))
        file = media.file_of(self._folder, one.media_id)
        try:
            await asyncio.to_thread(write, file, clean)
        except OSError as error:
            structlog.get_logger().error("bot.media.not_written", error=str(error))
            raise StoreUnavailable(f"the file cannot be written: {error}") from error
        try:
            await self._enter(one, user)
        except (DoorError, StoreUnavailable):
            await asyncio.to_thread(file.unlink, missing_ok=True)
            raise
        return one

    async def _enter(self, one: Attachment, user: ChannelUser) -> None:
        """Writes the row; of several files that come at the same moment each is counted."""
        async with transaction(self._pool) as connection:
            await media.hold(connection, user.conversation_id)
            await self._check_count(connection, user)
            await media.add(connection, Kept(one, user.conversation_id), at=self._clock.now())

    async def find(self, media_id: str, user: ChannelUser) -> Attachment:
        """See base class."""
        async with transaction(self._pool) as connection:
            kept = await media.find(connection, media_id)
        if kept is None or kept.conversation_id != user.conversation_id:
            raise self._refusal(Unknown, "unknown")
        return kept.attachment

    async def read(self, media_id: str, user: ChannelUser) -> tuple[Attachment, bytes]:
        """See base class."""
        one = await self.find(media_id, user)
        try:
            return one, await asyncio.to_thread(media.file_of(self._folder, media_id).read_bytes)
        except OSError as error:
            structlog.get_logger().error("bot.media.file_gone", media_id=media_id, error=str(error))
            raise self._refusal(Unknown, "unknown") from error

    def too_large(self) -> DoorError:
        """See base class."""
        return self._refusal(TooLong, "too_large", most=MOST_BYTES)

    def _checked(self, content: bytes) -> tuple[Kind, bytes]:
        if not content:
            raise self._refusal(Malformed, "empty")
        if len(content) > MOST_BYTES:
            raise self.too_large()
        kind = kind_of(content)
        if kind is None:
            raise self._refusal(NotTaken, "kind", said="heic" if is_heic(content) else "kind")
        try:
            clean = cleaned(content, kind.mime)
            surface = extent(clean, kind.mime)
        except NotReadable as error:
            raise self._refusal(NotTaken, "broken") from error
        if surface and surface.is_too_large:
            raise self._refusal(TooLong, "too_large", said="too_wide", pixels=surface.pixels, frames=surface.frames)
        return kind, clean

    async def _check_pace(self, user: ChannelUser) -> None:
        async with transaction(self._pool) as connection:
            await self._check_count(connection, user)

    async def _check_count(self, connection: Connection, user: ChannelUser) -> None:
        since = self._clock.now() - timedelta(hours=1)
        sent = await media.count_since(connection, user.conversation_id, since)
        if sent >= MOST_AN_HOUR:
            raise self._refusal(TooMany, "too_many")

    def _refusal(self, kind: type[DoorError], why: str, *, said: str = "", **fields: object) -> DoorError:
        return kind(f"media.{why}", self._phrases.say(f"utter_reception_refused_{said or why}"), **fields)
