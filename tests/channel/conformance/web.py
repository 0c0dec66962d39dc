"""The web door under test, over its WebSocket and over its HTTP fallback."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import aiohttp
import jwt

from bot.media.store import MediaShelf
from bot.reception.archive import Archive
from connectors.web.door import WebDoor
from connectors.web.tokens import VisitorTokens
from runtime.clock import SystemClock
from runtime.postgres import Pool
from tests.channel.conformance.colleagues import Colleague
from tests.channel.conformance.trial import DoorUnderTest, Stores, Verdict
from tests.channel.doors import PAYLOADS
from tests.fakes.bot import PHRASES, Worker
from tests.fakes.served import CUT

SECRET = "a secret of thirty-two characters!"
_NO_CALLS = "nothing of the house calls a page: it fetches, and what it has not fetched waits"
_NO_XML = "a page speaks JSON"


@dataclass(frozen=True)
class Frame:
    """What a page sends, and the token it has."""

    token: str
    body: str

    @property
    def client_id(self) -> str:
        """The message's own name, if it has one."""
        with suppress(ValueError, AttributeError):
            return str(json.loads(self.body).get("client_id", ""))
        return ""


class WebDoorUnderTest(DoorUnderTest):
    """What both ways into the web door have in common."""

    channel = "web"
    failures = (CUT,)
    lacks: ClassVar = {
        "an_entity_bomb_is_refused": _NO_XML,
        "a_send_that_fails_is_made_good/busy": _NO_CALLS,
        "a_send_that_fails_is_made_good/refused": _NO_CALLS,
        "a_send_that_fails_is_made_good/garbage": _NO_CALLS,
        "a_send_that_fails_is_made_good/nonsense": _NO_CALLS,
        "a_token_that_runs_out_under_load_costs_nobody_an_answer": "a page calls with its own token; see replay",
        "a_quota_used_up_ends_the_line_and_not_the_talk": "a page may be written to without a count",
        "an_unknown_type_is_kept_and_answered_kindly": "a page is ours: it is told what is wrong with its frame",
    }
    damages: ClassVar = {
        "a_bad_signature_is_refused": ("wrong", "none", "of another key", "of no algorithm"),
        "a_replay_is_refused": ("expired",),
        "a_malformed_push_is_refused": (
            "empty",
            "no JSON",
            "a list",
            "deep",
            "no client id",
            "an unknown field",
            "beam",
        ),
        "an_oversize_push_is_refused": ("2001 characters", "17 KB"),
        "a_push_for_another_app_is_refused": ("the desk's token",),
    }

    def __init__(self, stores: Stores) -> None:
        super().__init__(stores)
        self.tokens = VisitorTokens(SECRET)
        self.deaf = False

    def make(self, worker: Worker, pool: Pool) -> WebDoor:
        """See base class."""
        clock = SystemClock()
        shelf = MediaShelf(pool, clock, PAYLOADS / "none", PHRASES)
        return WebDoor(worker.front, self.tokens, shelf, Archive(pool, clock, worker.house.wire, PHRASES))

    def visitor(self, person: str) -> str:
        """A person's visitor id."""
        return f"v{person.encode().hex():0>32}"

    def token(self, person: str) -> str:
        """A person's token."""
        return self.tokens.issue(self.visitor(person)).token

    def conversation(self, person: str) -> str:
        """See base class."""
        return f"web:{self.visitor(person)}"

    def request(self, text: str, *, person: str = "ann", key: str = "", at: float | None = None) -> Frame:
        """See base class; a page says no time of its own."""
        body = {"type": "message", "client_id": key or f"client-{self.number()}", "text": text}
        return Frame(self.token(person), json.dumps(body))

    def unknown(self) -> Frame:
        """See base class."""
        return Frame(self.token("ann"), json.dumps({"type": "hologram", "client_id": "client-0001"}))

    async def damaged(self, name: str) -> Frame:
        """See base class."""
        return _DAMAGES[name](self)

    def fail(self, failure: str) -> None:
        """See base class: the network between the house and the page breaks."""
        self.deaf = True


class WebSocketUnderTest(WebDoorUnderTest):
    """The WebSocket: each push from a window of its own, and one window that listens."""

    mode = "socket"

    def __init__(self, stores: Stores) -> None:
        super().__init__(stores)
        self._windows: dict[str, Window] = {}

    async def stop(self) -> None:
        """See base class."""
        for window in self._windows.values():
            await window.close()

    async def deliver(self, request: Frame, at: Colleague | None = None) -> Verdict:
        """See base class."""
        async with self.http.ws_connect(f"{(at or self.first).served.url}/ws") as socket:
            await socket.send_json({"type": "hello", "token": request.token, "last_seq": 2**40})
            await socket.send_str(request.body)
            async for message in socket:
                frame = json.loads(message.data)
                if frame["type"] == "error":
                    return Verdict(False, frame["code"])
                if frame["type"] == "ack" and frame["client_id"] == request.client_id:
                    return Verdict(True, "ack")
        return Verdict(False, str(socket.close_code))

    async def heard(self, person: str = "ann") -> list[str]:
        """See base class: what the open window has got; a window whose network broke is opened anew."""
        window = self._windows.setdefault(person, Window())
        if self.deaf:
            self.deaf = False
            await window.close()
        if window.is_closed:
            alive = next(one for one in self.colleagues if not one.dead)
            await window.open(self.http, alive.served.url, self.token(person))
        return [line["text"] for line in window.lines if line["role"] != "customer"]

    async def listen(self, person: str, at: Colleague) -> Window:
        """Opens a person's window at a worker of choice."""
        window = self._windows[person] = Window()
        await window.open(self.http, at.served.url, self.token(person))
        return window


class Window:
    """A page that is open: it asks for what comes after the last line it has."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def is_closed(self) -> bool:
        """Whether nothing can come in any more."""
        return self._socket is None or self._socket.closed or self._reading is None or self._reading.done()

    async def open(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        """Says hello with the number of the last line."""
        self._socket = await http.ws_connect(f"{url}/ws")
        last = self.lines[-1]["seq"] if self.lines else 0
        await self._socket.send_json({"type": "hello", "token": token, "last_seq": last})
        welcome = json.loads((await self._socket.receive()).data)
        assert welcome["type"] == "welcome", welcome
        self._reading = asyncio.get_running_loop().create_task(self._read(self._socket))

    async def close(self) -> None:
        """Ends without a goodbye."""
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            await self._reading

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frame = json.loads(message.data)
            if frame["type"] == "message":
                self.lines.append(frame["message"])


class WebPollUnderTest(WebDoorUnderTest):
    """The HTTP fallback: a post for each message, and a poll that listens."""

    mode = "poll"

    def __init__(self, stores: Stores) -> None:
        super().__init__(stores)
        self._lines: dict[str, list[dict[str, Any]]] = defaultdict(list)

    async def deliver(self, request: Frame, at: Colleague | None = None) -> Verdict:
        """See base class."""
        headers = {"authorization": f"Bearer {request.token}"}
        url = f"{(at or self.first).served.url}/messages"
        async with self.http.post(url, data=request.body.encode(), headers=headers) as answer:
            return Verdict(answer.status == 202, str(answer.status))

    async def heard(self, person: str = "ann") -> list[str]:
        """See base class."""
        alive = next(one for one in self.colleagues if not one.dead)
        lines = self._lines[person]
        if self.deaf:
            # The answer to a poll got lost on its way: the page asks again for what comes after what it has.
            self.deaf = False
            await self._poll(person, alive)
        lines += await self._poll(person, alive)
        return [line["text"] for line in lines if line["role"] != "customer"]

    async def _poll(self, person: str, alive: Colleague) -> list[dict[str, Any]]:
        after = self._lines[person][-1]["seq"] if self._lines[person] else 0
        headers = {"authorization": f"Bearer {self.token(person)}"}
        async with self.http.get(f"{alive.served.url}/messages?after={after}", headers=headers) as answer:
            assert answer.status == 200
            return list((await answer.json())["messages"])


def _said(**fields: Any) -> str:
    return json.dumps({"type": "message", "client_id": "client-0001", "text": "一句", **fields})


def _claiming(
    door: Any, *, secret: str = SECRET, aud: str = "web", exp: int = 4_000_000_000, alg: str = "HS256"
) -> str:
    claims = {"sub": door.visitor("ann"), "aud": aud, "exp": exp}
    return jwt.encode(claims, secret if alg != "none" else None, algorithm=alg)


_DAMAGES: dict[str, Callable[[Any], Frame]] = {
    "wrong": lambda door: Frame(door.token("ann")[:-4] + "AAAA", _said()),
    "none": lambda door: Frame("", _said()),
    "of another key": lambda door: Frame(_claiming(door, secret="another secret of 32 characters!!"), _said()),
    "of no algorithm": lambda door: Frame(_claiming(door, alg="none"), _said()),
    "expired": lambda door: Frame(_claiming(door, exp=1_700_000_000), _said()),
    "the desk's token": lambda door: Frame(_claiming(door, aud="desk"), _said()),
    "empty": lambda door: Frame(door.token("ann"), ""),
    "no JSON": lambda door: Frame(door.token("ann"), "<xml/>"),
    "a list": lambda door: Frame(door.token("ann"), "[1]"),
    "deep": lambda door: Frame(door.token("ann"), "[" * 5000),
    "no client id": lambda door: Frame(door.token("ann"), _said(client_id=None)),
    "an unknown field": lambda door: Frame(door.token("ann"), _said(admin=True)),
    "beam": lambda door: Frame(door.token("ann"), _said(type="beam")),
    "2001 characters": lambda door: Frame(door.token("ann"), _said(text="长" * 2001)),
    "17 KB": lambda door: Frame(door.token("ann"), _said(text="a" * 17_000)),
}
