"""What the doors of platforms that push have in common: words, pictures, floods; it knows no platform and no wire."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import ClassVar

import structlog
from sanic import Blueprint

from connectors.shared.courier import Courier
from connectors.shared.errors import DoorError, PlatformError
from connectors.shared.pace import Gatekeeper, Limits
from connectors.shared.ports import MediaStore, Reception, Say
from connectors.shared.replay import ReplayGuard
from connectors.shared.scenes import message_of
from conversation.identity import ChannelUser
from conversation.message import TEXT_CHARACTERS, Attachment, InboundMessage
from runtime.clock import Clock

Download = Callable[[], Awaitable[bytes]]


class PushDoor(ABC):
    """Makes what was pushed durable; a subclass reads the platform's wire and delivers by its courier."""

    name: ClassVar[str]
    courier: Courier

    def __init__(
        self,
        reception: Reception,
        clock: Clock,
        say: Say,
        *,
        media: MediaStore | None,
        limits: Limits,
        window_seconds: int,
    ) -> None:
        """Keeps what every door needs.

        Args:
            reception: the reception behind the door.
            clock: the clock of the house.
            say: gives the sentences the door says itself.
            media: where pictures and voices are kept; without it they are known to have come, and no more.
            limits: how much a customer and an address may send.
            window_seconds: how old a push may be.
        """
        self._reception = reception
        self._clock = clock
        self._say = say
        self._media = media
        self._gatekeeper = Gatekeeper(limits, self.name)
        self._guard = ReplayGuard(clock, window_seconds=window_seconds)
        self._log = structlog.get_logger()

    @abstractmethod
    def blueprint(self) -> Blueprint:
        """Returns the routes of this door."""

    @abstractmethod
    async def close(self) -> None:
        """Ends what runs and leaves the platform."""

    async def take_words(self, user: ChannelUser, key: str, said: str) -> None:
        """Takes words in; more than a message may hold are kept as far as they go, and that is said."""
        message = InboundMessage(user, key, said[:TEXT_CHARACTERS])
        if len(said) > TEXT_CHARACTERS:
            await self._reception.remark(message, self._say("utter_door_too_long"))
        else:
            await self.receive(message)

    async def receive(self, message: InboundMessage) -> None:
        """Has a message answered: now, or later where all customers together write more than the door may take."""
        if await self._gatekeeper.has_room():
            await self._reception.receive(message)
            return
        user = message.user
        told = self._gatekeeper.tells_of_all(user.user_id)
        self._log.warning("door.all.limited", door=self.name, conversation_id=user.conversation_id, told=told)
        await self._reception.put_off(message, self._say("utter_door_busy") if told else "")

    async def take_scene(self, user: ChannelUser, key: str, scene: str) -> bool:
        """Takes what a scanned code says; false: the scene is none of ours."""
        message = message_of(scene, user, key, self._say)
        if message is None:
            return False
        await self.receive(message)
        return True

    async def take_picture(self, user: ChannelUser, key: str, name: str, download: Download) -> None:
        """Takes a picture in, or says why it is not kept."""
        try:
            picture = await self.kept(user, "image", name, download)
        except DoorError as error:
            message = InboundMessage(user, key, self._say("utter_door_line_image"))
            await self._reception.remark(message, error.detail)
        else:
            await self.receive(InboundMessage(user, key, "", attachment=picture))

    async def kept(self, user: ChannelUser, kind: str, name: str, download: Download) -> Attachment:
        """Downloads a medium into the house.

        Raises:
            DoorError: it cannot be had or kept; the detail is a sentence for the customer.
        """
        if self._media is None:
            return Attachment(kind, "")
        try:
            content = await download()
        except PlatformError as error:
            lost = f"{self.name}.media.lost"
            self._log.warning(lost, conversation_id=user.conversation_id, medium=name, reason=error.detail)
            raise DoorError(lost, self._say("utter_door_picture_unkept")) from error
        return await self._media.keep(content, name, user)

    async def put_aside(self, user: ChannelUser, key: str, line: str, *, told: bool) -> None:
        """Keeps a message of a flood for the desk to see; the first of them is answered with a request to slow down."""
        self._log.warning("door.customer.limited", conversation_id=user.conversation_id, key=key)
        message = InboundMessage(user, key, line[:TEXT_CHARACTERS])
        await self._reception.remark(message, "" if told else self._say("utter_door_too_fast"))
