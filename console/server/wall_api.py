"""The wall's call: everything at once, or that nothing has changed since the mark the page knows."""

from __future__ import annotations

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server.access import Access
from console.server.routes import Route
from console.server.services import services_of


async def show_wall(request: Request) -> HTTPResponse:
    """`GET /api/wall?since=version`: 204 (and by `If-None-Match` 304) when the wall is as the page knows it."""
    version, body = await services_of(request).wall.show()
    mark = {"ETag": f'"{version}"'}
    if request.args.get("since") == version:
        return empty(204, headers=mark)
    if request.headers.get("if-none-match") == mark["ETag"]:
        return empty(304, headers=mark)
    return json({"version": version, **body}, headers=mark, ensure_ascii=False)


ROUTES = (Route("GET", "/api/wall", Access.SUPERVISOR, show_wall),)
