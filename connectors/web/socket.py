"""One visitor's WebSocket from hello to goodbye; a bad frame gets an error frame and the talk goes on."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Protocol

import structlog
from sanic.exceptions import ServerError, WebsocketClosed
from websockets.exceptions import ConnectionClosed

from connectors.shared.errors import DoorError, Malformed, TooMany, Unauthorised, WindowGone
from connectors.shared.pace import Gatekeeper, Pace
from connectors.shared.ports import Reception, Standing
from connectors.web.frames import Frame, Hello, Ping, Read, Sent, Typing, decode, parse
from connectors.web.records import Records
from connectors.web.rooms import Listener, Rooms
from connectors.web.tokens import VisitorTokens
from connectors.web.uploads import Uploads
from conversation.identity import ChannelName, ChannelUser
from runtime.errors import StoreUnavailable

_HELLO_SECONDS = 10
_SEND_SECONDS = 5
# Closes a window that takes nothing, so that its page sees it and comes back.
_STUCK = 1013
# A window that has nothing yet gets this much of the past.
HISTORY_LINES = 200


class Wire(Protocol):
    """The part of sanic's WebSocket that is used."""

    async def recv(self, timeout: float | None = None) -> str | bytes | None:
        """Returns the next frame; None when closed or when `timeout` seconds pass."""

    async def send(self, message: str) -> None:
        """Sends a frame."""

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Closes the socket."""

    def fail_connection(self, code: int = 1006, reason: str = "") -> bool:
        """Ends the socket at once, without waiting for the other side."""


class VisitorSocket:
    """Talks with one window of one visitor."""

    def __init__(
        self,
        wire: Wire,
        reception: Reception,
        rooms: Rooms,
        tokens: VisitorTokens,
        uploads: Uploads,
        records: Records,
        gatekeeper: Gatekeeper,
        *,
        address: str = "",
    ) -> None:
        self._wire = wire
        self._reception = reception
        self._rooms = rooms
        self._tokens = tokens
        self._uploads = uploads
        self._records = records
        self._gatekeeper = gatekeeper
        self._address = address
        self._frames = Pace(burst=120, per_second=20)
        self._log = structlog.get_logger()

    async def run(self) -> None:
        """Serves the socket until it closes."""
        try:
            user, hello = await self._greet()
        except Unauthorised as error:
            await self._refuse(4401, error)
        except DoorError as error:
            await self._refuse(4400, error)
        except asyncio.TimeoutError:
            await self._wire.close(4408, "no hello")
        else:
            await self._try_to_talk(user, hello.last_seq)

    async def _try_to_talk(self, user: ChannelUser, last_seq: int) -> None:
        """Without the store nobody is welcomed: the page tries again later."""
        try:
            await self._talk(user, last_seq)
        except StoreUnavailable as error:
            await self._refuse(1013, error)

    async def _greet(self) -> tuple[ChannelUser, Hello]:
        raw = await asyncio.wait_for(self._wire.recv(), _HELLO_SECONDS)
        frame = parse(decode(raw or ""))
        if not isinstance(frame, Hello):
            raise Malformed("web.hello.expected", "The first frame must be hello.")
        return ChannelUser(ChannelName.WEB, self._tokens.visitor(frame.token)), frame

    async def _talk(self, user: ChannelUser, last_seq: int) -> None:
        conversation_id = user.conversation_id
        standing = await self._reception.standing(conversation_id)
        opinions = await self._records.opinions(conversation_id)
        begin = start_of(last_seq, standing.last_seq)
        listener = Listener(self._reception, conversation_id, self._send, begin, has=last_seq)
        try:
            # Nothing is waited for from here to the welcome: a line that comes meanwhile must not be the first frame.
            self._rooms.enter(conversation_id, listener)
        except TooMany as error:
            await self._refuse(4409, error)
            return
        try:
            await listener.tell(welcome(user, standing, opinions))
            await listener.catch_up()
            await self._listen(user, listener)
        finally:
            self._rooms.leave(conversation_id, listener)

    async def _listen(self, user: ChannelUser, listener: Listener) -> None:
        while (raw := await self._wire.recv()) is not None:
            fields: dict[str, Any] = {}
            try:
                self._frames.step()
                fields = decode(raw)
                await self._obey(user, listener, parse(fields))
            except (DoorError, StoreUnavailable) as error:
                self._log.warning(
                    "web.frame.refused", error_code=error.code, conversation_id=user.conversation_id, **error.fields
                )
                await listener.tell(error_frame(error, fields))

    async def _obey(self, user: ChannelUser, listener: Listener, frame: Frame) -> None:
        if isinstance(frame, Sent):
            message = await self._uploads.message(frame, user)
            if not self._reception.is_urgent(message.text):
                await self._gatekeeper.step(user.user_id, self._address)
            receipt = await self._reception.receive(message)
            await listener.tell({"type": "ack", "client_id": frame.client_id, "seq": receipt.seq})
        elif isinstance(frame, Typing):
            await self._reception.customer_typing(user.conversation_id, on=frame.on)
        elif isinstance(frame, Read):
            await self._reception.customer_read(user.conversation_id, frame.seq)
        elif isinstance(frame, Ping):
            await listener.tell({"type": "pong"})
        else:
            raise Malformed("web.hello.again", "hello was said already.")

    async def _send(self, frame: dict[str, Any]) -> None:
        """Sends a frame. Raises WindowGone, which the store's own timeouts must not be taken for."""
        try:
            await asyncio.wait_for(self._wire.send(json.dumps(frame, ensure_ascii=False)), _SEND_SECONDS)
        except asyncio.TimeoutError as error:
            self._wire.fail_connection(_STUCK)
            raise WindowGone("stuck") from error
        except (ConnectionClosed, WebsocketClosed, ServerError) as error:
            raise WindowGone("closed") from error

    async def _refuse(self, code: int, error: DoorError | StoreUnavailable) -> None:
        self._log.warning("web.socket.refused", error_code=error.code, **error.fields)
        await self._send(error_frame(error, {}))
        await self._wire.close(code, error.code)


def start_of(has: int, last: int) -> int:
    """Gives the number to replay from: what the window has, or the newest page for one that has nothing yet."""
    return min(has, last) if has else max(0, last - HISTORY_LINES)


def welcome(user: ChannelUser, standing: Standing, opinions: list[dict[str, Any]]) -> dict[str, Any]:
    """The server's first frame."""
    return {"type": "welcome", "visitor_id": user.user_id} | standing_fields(standing, opinions)


def standing_fields(standing: Standing, opinions: list[dict[str, Any]]) -> dict[str, Any]:
    """How the conversation stands, as the welcome and a poll say it."""
    marks = {"customer_read": standing.customer_read, "agent_read": standing.agent_read}
    return {"last_seq": standing.last_seq, "evaluations": opinions} | marks | owner_fields(standing)


def owner_fields(standing: Standing) -> dict[str, Any]:
    """Who owns the conversation, as frames and polls say it."""
    owned = standing.ownership
    agent = {"agent": owned.agent.to_wire()} if owned.agent else {}
    return {"owner": owned.owner.value} | agent


def error_frame(error: DoorError | StoreUnavailable, fields: dict[str, Any]) -> dict[str, Any]:
    """What was wrong with a frame, with its client id so that the page knows which message was not taken."""
    frame: dict[str, Any] = {"type": "error", "code": error.code, "message": error.detail}
    if "retry_after" in error.fields:
        frame["retry_after"] = error.fields["retry_after"]
    client_id = fields.get("client_id")
    return frame | ({"client_id": client_id} if isinstance(client_id, str) and len(client_id) <= 64 else {})
