"""The company of a flood, over real HTTP: its stream as far as the flood has come, and the homes of one area."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bench.flood.events import HOMES_AREA
from runtime import embedded

HOMES = 200


class Company:
    """Answers what the notices ask; `come` is how many events have happened so far."""

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self._bodies, self.come = bodies, 0

    async def events(self, request: web.Request) -> web.Response:
        """`GET /v1/events`."""
        after, most = int(request.query.get("after") or 0), int(request.query.get("limit", "50"))
        page = self._bodies[after : min(after + most, self.come)]
        cursor = f'"{after + len(page)}"'.encode()
        whole = b'{"events": [' + b",".join(page) + b'], "next_cursor": ' + cursor + b"}"
        return web.Response(body=whole, content_type="application/json")

    async def audience(self, request: web.Request) -> web.Response:
        """`GET /v1/audience`: nobody but in the area of the homes."""
        ours = HOMES_AREA in request.query_string
        members = [_member(number) for number in range(HOMES)] if ours else []
        return web.json_response({"members": members, "next_cursor": None})


@asynccontextmanager
async def company(bodies: Sequence[bytes]) -> AsyncIterator[tuple[Company, str]]:
    """Serves the company; gives it and its address."""
    made, app = Company(bodies), web.Application()
    app.router.add_get("/v1/events", made.events)
    app.router.add_get("/v1/audience", made.audience)
    runner, port = web.AppRunner(app, access_log=None), embedded.free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield made, f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def _member(number: int) -> dict[str, Any]:
    texts = {"account_no": f"{number:010d}", "area_id": HOMES_AREA, "estate": "E1", "building": "", "email": ""}
    who = {"phone": f"138{number + 1:08d}", "customer": f"C{number}", "holder_mark": str(number)}
    return {**texts, **who, "tag_kinds": [], "people": [], "wishes": []}
