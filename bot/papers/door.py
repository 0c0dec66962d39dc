"""The routes of the upload page below `/papers`: the page itself, what it shows, files, submission.

Who calls is told by the pass in the `Authorization` header alone; there is no cookie, so no other site can act in the
customer's name. Every refusal is problem+json; that of the utility keeps its own code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import file, html, json, redirect

from backend.errors import BackendError
from bot.papers.counter import PapersCounter
from bot.papers.refusals import answer_of
from bot.papers.sheet import Sheet
from connectors.shared.errors import Malformed, TooLong, TooMany, Unauthorised
from connectors.shared.pace import Gatekeeper, Limits
from conversation.papers import PapersPass, PapersPasses
from runtime.errors import PassExpired, PassInvalid

_NOT_BUILT = "<p>The upload page is not built: run <code>make run</code>.</p>"
_KEY = re.compile(r"[0-9a-f-]{8,64}")
_NAME_HEADER, _KEY_HEADER = "x-file-name", "idempotency-key"
_NAME_MOST = 200
# Up to this many times the limit is read and dropped, for who is cut off while sending hears no answer.
_DRAINED = 8
# One customer sends one file after the other; a worker holds so many in memory at once.
_AT_ONCE, _AT_ONCE_EACH = 16, 2
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


class PapersDoor:
    """Serves the page and takes what it sends."""

    def __init__(
        self, counter: PapersCounter, passes: PapersPasses, *, folder: Path, most_bytes: int, limits: Limits
    ) -> None:
        """Takes the built page in `folder` and the most bytes of one file."""
        self._counter, self._passes = counter, passes
        self._folder, self._most = folder, most_bytes
        self._gatekeeper = Gatekeeper(limits)
        self._reading: Counter[str] = Counter()

    def blueprint(self) -> Blueprint:
        """Returns the routes."""
        routes = Blueprint("papers", url_prefix="/papers")

        async def to_page(_: Request) -> HTTPResponse:
            return redirect("/papers/", headers=_HEADERS)  # a browser keeps what stands behind the #

        async def page(_: Request) -> HTTPResponse:
            return await self._page()

        async def look(request: Request) -> HTTPResponse:
            return self._shown(await self._counter.look(self._holder(request)))

        async def hand_in(request: Request, code: str) -> HTTPResponse:
            return await self._hand_in(request, code)

        async def submit(request: Request) -> HTTPResponse:
            held = self._holder(request)
            return self._shown(await self._counter.submit(held, key=_key_of(request)))

        routes.add_route(to_page, "", name="papers_to_page", strict_slashes=True)
        routes.add_route(page, "/", name="papers_page", strict_slashes=True)
        routes.add_route(look, "/api/application", methods=["GET"], name="papers_look")
        routes.add_route(hand_in, "/api/documents/<code:str>", methods=["POST"], stream=True, name="papers_hand_in")
        routes.add_route(submit, "/api/submission", methods=["POST"], name="papers_submit")
        if (self._folder / "assets").is_dir():
            routes.static("/assets", str(self._folder / "assets"), name="papers_assets")
        routes.on_response(_guard)
        routes.exception(BackendError)(_refused)
        return routes

    async def _page(self) -> HTTPResponse:
        index = self._folder / "papers.html"
        return await file(index) if index.is_file() else html(_NOT_BUILT, status=503)

    async def _hand_in(self, request: Request, code: str) -> HTTPResponse:
        held, key = self._holder(request), _key_of(request)
        name = unquote(request.headers.get(_NAME_HEADER, ""))[:_NAME_MOST]
        async with self._room(held):
            content = await self._read(request)
            return self._shown(await self._counter.hand_in(held, code, content, file_name=name, key=key), status=201)

    def _holder(self, request: Request) -> PapersPass:
        """Reads who calls, before anything of the body is read.

        Raises:
            Unauthorised: `papers.link.invalid`, `papers.link.expired`.
            TooMany: `papers.rate.limited`.
        """
        self._gatekeeper.check_address(request)
        try:
            held = self._passes.read(request.token or "")
        except PassExpired as error:
            raise Unauthorised("papers.link.expired", "The link has expired: ask for a new one in the chat.") from error
        except PassInvalid as error:
            raise Unauthorised(
                "papers.link.invalid", "The link is not valid: ask for a new one in the chat."
            ) from error
        if not self._gatekeeper.customer(_name(held)).takes():
            raise TooMany("papers.rate.limited", "Too many requests at once; wait a moment.")
        return held

    @asynccontextmanager
    async def _room(self, held: PapersPass) -> AsyncIterator[None]:
        """Bounds how many files stand in memory at once: of one customer, and of all."""
        name = _name(held)
        if self._reading[name] >= _AT_ONCE_EACH or self._reading.total() >= _AT_ONCE:
            raise TooMany("papers.rate.limited", "Too many files at once; wait a moment.")
        self._reading[name] += 1
        try:
            yield
        finally:
            self._reading[name] -= 1
            self._reading += Counter()  # forgets who has none

    async def _read(self, request: Request) -> bytes:
        request.stream.request_max_size = self._most * _DRAINED
        parts, size = [], 0
        async for part in request.stream:
            size += len(part)
            if size <= self._most:
                parts.append(part)
            else:
                parts.clear()
        if size > self._most:
            raise TooLong("document.too_large", f"A file has at most {self._most} bytes.")
        return b"".join(parts)

    def _shown(self, sheet: Sheet, *, status: int = 200) -> HTTPResponse:
        return json({**sheet.to_wire(), "most_bytes": self._most}, status=status, ensure_ascii=False)


def _name(held: PapersPass) -> str:
    return f"{held.application_no}/{held.user.conversation_id}"


def _key_of(request: Request) -> str:
    key = str(request.headers.get(_KEY_HEADER, ""))
    if not _KEY.fullmatch(key):
        raise Malformed("papers.key.invalid", "Idempotency-Key must be a UUID.")
    return key


async def _guard(request: Request, response: HTTPResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers[name] = value
    kept = "public, max-age=31536000, immutable" if "/assets/" in request.path else "no-store"
    response.headers["cache-control"] = kept


async def _refused(request: Request, error: BackendError) -> HTTPResponse:
    return answer_of(request, error)
