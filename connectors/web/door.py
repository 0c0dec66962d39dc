"""The web door: session, WebSocket and HTTP fallback below `/webhooks/web`; it knows no Rasa and no store."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Any

import structlog
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import empty, json
from websockets.exceptions import ConnectionClosed

from connectors.shared.errors import Forbidden, Malformed, WindowGone
from connectors.shared.pace import Gatekeeper, Limits, address_of
from connectors.shared.ports import Archive, MediaStore, Reception
from connectors.shared.routes import function
from connectors.web.frames import Read, Sent, Typing, decode, parse
from connectors.web.records import Records, number_of
from connectors.web.resume import ResumeRoute, resume_handler
from connectors.web.rooms import Listener, Rooms, public
from connectors.web.socket import VisitorSocket, owner_fields, standing_fields, start_of
from connectors.web.tokens import VisitorTokens
from connectors.web.uploads import Uploads
from conversation.identity import ChannelName, ChannelUser
from conversation.message import Line
from runtime.errors import StoreUnavailable

_POLL_SECONDS = 25.0
_LIMITS = Limits()


class WebDoor:
    """The door for pages: the full chat page and the embedded widget."""

    name = "web"

    def __init__(
        self,
        reception: Reception,
        tokens: VisitorTokens,
        media: MediaStore,
        archive: Archive,
        *,
        origins: frozenset[str] = frozenset(),
        limits: Limits = _LIMITS,
        resume: ResumeRoute | None = None,
    ) -> None:
        self._reception = reception
        self._resume = resume
        self._tokens = tokens
        self._uploads = Uploads(media, self._user)
        self._records = Records(archive, self._user)
        self._origins = origins
        self._rooms = Rooms()
        self._polls: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._leaving = False
        self._gatekeeper = Gatekeeper(limits, self.name)
        self._telling: set[asyncio.Task[None]] = set()
        self._behind: set[str] = set()
        self._log = structlog.get_logger()
        reception.on_event(self._on_event)

    def blueprint(self) -> Blueprint:
        """Returns the routes of this door."""
        routes = Blueprint("web_door", url_prefix="/webhooks/web")
        routes.on_request(function(self._check_origin))
        routes.on_response(function(self._allow_origin))
        routes.add_route(function(self._session), "/session", methods=["POST"])
        routes.add_route(function(self._say), "/messages", methods=["POST"])
        routes.add_route(function(self._list), "/messages", methods=["GET"])
        routes.add_route(function(self._uploads.take), "/media", methods=["POST"], stream=True)
        routes.add_route(function(self._uploads.show), "/media/<media_id:str>", methods=["GET"])
        routes.add_route(function(self._sign), "/signs", methods=["POST"])
        routes.add_route(function(self._records.evaluate), "/evaluations", methods=["POST"])
        routes.add_route(function(self._records.transcript), "/transcript", methods=["GET"])
        if self._resume:
            routes.add_route(resume_handler(self._resume, self._gatekeeper, self._user), "/resume", methods=["POST"])
        for path in ("/session", "/messages", "/media", "/signs", "/evaluations", "/transcript", "/resume"):
            name = f"preflight{path.replace('/', '_')}"
            routes.add_route(function(self._preflight), path, methods=["OPTIONS"], name=name)
        shown = "/media/<media_id:str>"
        routes.add_route(function(self._preflight), shown, methods=["OPTIONS"], name="preflight_shown")
        routes.add_websocket_route(function(self._socket), "/ws")
        return routes

    async def close(self) -> None:
        """Leaves what the workers share."""
        await self._gatekeeper.close()

    async def catch_up(self, moved: list[str]) -> None:
        """Brings the listeners of conversations that have moved up to date (used when live events may be lost).

        So are those whom the store could not be asked for before: they may have missed who owns the conversation, too.
        """
        behind, self._behind = self._behind, set()
        for conversation_id in {*moved, *behind}:
            await self._on_event(conversation_id, {"kind": "message"})
        for conversation_id in behind:
            await self._on_event(conversation_id, {"kind": "owner"})

    def let_go(self) -> None:
        """Answers everybody who waits for something to happen: this worker leaves, and they ask the next one."""
        self._leaving = True
        for poll in [poll for polls in self._polls.values() for poll in polls]:
            poll.set()

    def listening(self) -> list[str]:
        """Lists the conversations somebody listens to here."""
        return self._rooms.conversations() + [key for key, polls in self._polls.items() if polls]

    async def _session(self, request: Request) -> HTTPResponse:
        self._gatekeeper.check_address(request)
        fields = decode(request.body or b"{}")
        extra = sorted(set(fields) - {"token"})
        if extra:
            raise Malformed("web.fields.unknown", f"Unknown fields: {', '.join(extra)[:200]}.")
        visitor = self._tokens.visitor(fields["token"]) if fields.get("token") is not None else None
        token = self._tokens.issue(visitor)
        body = {"token": token.token, "visitor_id": token.visitor_id, "expires_at": token.expires_at.isoformat()}
        doors = self._resume.doors(ChannelUser(ChannelName.WEB, token.visitor_id)) if self._resume else []
        return json(body | ({"doors": doors} if doors else {}), status=201)

    async def _say(self, request: Request) -> HTTPResponse:
        self._gatekeeper.check_address(request)
        user = self._user(request)
        frame = parse(decode(request.body), default_type="message")
        if not isinstance(frame, Sent):
            raise Malformed("web.type.unknown", "Only message, press, location, image and voice are taken here.")
        message = await self._uploads.message(frame, user)
        if not self._reception.is_urgent(message.text):
            await self._gatekeeper.step(user.user_id, address_of(request))
        receipt = await self._reception.receive(message)
        return json({"seq": receipt.seq, "duplicate": receipt.duplicate}, status=202)

    async def _sign(self, request: Request) -> HTTPResponse:
        """`POST /signs`: a typing or read frame of a page that has no socket."""
        user = self._user(request)
        self._gatekeeper.check_address(request)
        frame = parse(decode(request.body))
        if isinstance(frame, Typing):
            await self._reception.customer_typing(user.conversation_id, on=frame.on)
        elif isinstance(frame, Read):
            await self._reception.customer_read(user.conversation_id, frame.seq)
        else:
            raise Malformed("web.type.unknown", "Only typing and read are taken here.")
        return empty(204)

    async def _list(self, request: Request) -> HTTPResponse:
        """`GET /messages`: older lines with `before`, else what is new, waited for."""
        if "before" in request.args:
            return await self._records.older(request, number_of(request, "before", 0))
        return await self._poll(request)

    async def _poll(self, request: Request) -> HTTPResponse:
        key = self._user(request).conversation_id
        after, wait = number_of(request, "after", 0), min(number_of(request, "wait", 0), _POLL_SECONDS)
        moved = asyncio.Event()
        self._polls[key].add(moved)
        try:
            after = start_of(after, (await self._reception.standing(key)).last_seq)
            lines = await self._lines(key, after)
            if not lines and wait and not self._leaving:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(moved.wait(), wait)
                lines = await self._lines(key, after)
        finally:
            self._forget(key, moved)
        body = standing_fields(await self._reception.standing(key), await self._records.opinions(key))
        return json(body | {"messages": [public(line) for line in lines]}, ensure_ascii=False)

    async def _lines(self, conversation_id: str, after: int) -> list[Line]:
        lines: list[Line] = []

        async def keep(line: Line) -> None:
            lines.append(line)

        await self._reception.replay(conversation_id, after, keep)
        return lines

    def _forget(self, conversation_id: str, poll: asyncio.Event) -> None:
        self._polls[conversation_id].discard(poll)
        if not self._polls[conversation_id]:
            del self._polls[conversation_id]

    async def _socket(self, request: Request, ws: Any) -> None:
        with suppress(ConnectionClosed, WindowGone):
            tools = (self._rooms, self._tokens, self._uploads, self._records, self._gatekeeper)
            await VisitorSocket(ws, self._reception, *tools, address=address_of(request)).run()

    async def _on_event(self, conversation_id: str, event: dict[str, Any]) -> None:
        """Starts telling every window and returns at once: a stuck window must hold up nobody else."""
        for poll in self._polls.get(conversation_id, ()):
            poll.set()
        for listener in self._rooms.of(conversation_id):
            task = asyncio.get_running_loop().create_task(self._tell(conversation_id, listener, event))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _tell(self, conversation_id: str, listener: Listener, event: dict[str, Any]) -> None:
        try:
            if event["kind"] == "message":
                await listener.catch_up()
            elif frame := await self._frame(conversation_id, event):
                await listener.tell(frame)
        except WindowGone as error:
            # Its lines wait for the reconnect.
            self._log.info("web.window.lost", conversation_id=conversation_id, error=str(error))
            self._rooms.leave(conversation_id, listener)
        except StoreUnavailable as error:
            # The window is whole and will not reconnect: it stays, and the next `catch_up` tries it anew.
            self._log.warning("web.window.behind", conversation_id=conversation_id, error=str(error))
            self._behind.add(conversation_id)

    async def _frame(self, conversation_id: str, event: dict[str, Any]) -> dict[str, Any] | None:
        if event["kind"] == "owner":
            return {"type": "owner"} | owner_fields(await self._reception.standing(conversation_id))
        if event["kind"] == "typing" and event["role"] != "customer":
            return {"type": "typing", "role": event["role"], "on": event["on"]}
        if event["kind"] == "read":
            return {"type": "read", "role": event["role"], "seq": event["seq"]}
        if event["kind"] == "evaluation":
            said = await self._records.opinion(conversation_id, event["seq"])
            return {"type": "evaluation", "evaluation": said.to_wire()} if said else None
        return None

    def _user(self, request: Request) -> ChannelUser:
        return ChannelUser(ChannelName.WEB, self._tokens.visitor(request.token))

    async def _check_origin(self, request: Request) -> None:
        origin = request.headers.get("origin")
        if origin and not self._allowed(origin, request):
            raise Forbidden(
                "web.origin.forbidden", "This page may not open the chat; ask the operator to allow its origin."
            )

    async def _allow_origin(self, request: Request, response: HTTPResponse) -> None:
        origin = request.headers.get("origin")
        if origin and response is not None and self._allowed(origin, request):
            response.headers["access-control-allow-origin"] = origin
            response.headers["access-control-allow-headers"] = "authorization, content-type, x-file-name"
            response.headers["vary"] = "origin"

    def _allowed(self, origin: str, request: Request) -> bool:
        return origin in self._origins or origin.partition("://")[2] == request.headers.get("host")

    async def _preflight(self, _: Request, media_id: str = "") -> HTTPResponse:
        return empty(204, headers={"access-control-allow-methods": "GET, POST", "access-control-max-age": "600"})
