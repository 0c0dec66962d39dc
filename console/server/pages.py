"""The desk's page: the built files of `console/web`, the index for its own addresses, headers for all answers."""

from __future__ import annotations

from pathlib import Path

from sanic import HTTPResponse, Request
from sanic.exceptions import NotFound
from sanic.response import file, html

from console.server.services import services_of

# antd writes its styles into <style> elements; scripts come from our own files only.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>GridTalk desk</title>
<h1>The desk's page is not built</h1>
<p>The API is running. Build the page once and reload:</p>
<pre>cd console/web &amp;&amp; npm ci &amp;&amp; npm run build</pre></html>"""


async def show_page(request: Request, path: str = "") -> HTTPResponse:
    """`GET /...`: a file of the build, or the index for an address that is the page's own."""
    if path == "api" or path.startswith("api/"):
        raise NotFound("There is no such call.")
    folder = services_of(request).settings.web_dir.resolve()
    index = folder / "index.html"
    if not index.is_file():
        return html(_NOT_BUILT, status=503)
    asked = _inside(folder, path)
    if asked:
        return await file(asked)
    if "." in path.rpartition("/")[2]:
        raise NotFound("There is no such file.")
    return await file(index, headers={"Cache-Control": "no-cache"})


async def secure_answer(request: Request, response: HTTPResponse) -> None:
    """Puts the security headers on every answer, and keeps answers of the API out of caches."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/api/"):
        response.headers["Cache-Control"] = "no-store"


def _inside(folder: Path, path: str) -> Path | None:
    """Finds a file of the build; a path that leads out of the folder finds nothing."""
    if not path or "\x00" in path:
        return None
    asked = (folder / path).resolve()
    return asked if asked.is_relative_to(folder) and asked.is_file() else None
