"""Serves the built chat page and the embed script; a missing build is said in words, not with a blank page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from sanic import HTTPResponse, Request, Sanic
from sanic.response import file, html

_NOT_BUILT = (
    "<p>The chat page is not built: run <code>make run</code>,"
    " or <code>npm ci &amp;&amp; npm run build</code> in widget/.</p>"
)
_HOUR = "public, max-age=3600"
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")


def serve_pages(app: Sanic, folder: Path, embedders: Iterable[str] = ()) -> None:
    """Adds `/`, `/widget.js` and `/assets/...` from the widget's build.

    Args:
        embedders: origins whose pages may hold the chat in a frame, besides our own.
    """
    embedders = tuple(sorted(embedders))

    async def page(request: Request) -> HTTPResponse:
        index = folder / "index.html"
        headers = {
            "cache-control": "no-cache",
            "content-security-policy": content_policy(request.host, embedders),
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
        }
        return await file(index, headers=headers) if index.is_file() else html(_NOT_BUILT, status=503)

    async def script(_: Request) -> HTTPResponse:
        built = folder / "widget.js"
        headers = {"cache-control": _HOUR, "access-control-allow-origin": "*"}
        return await file(built, headers=headers) if built.is_file() else html(_NOT_BUILT, status=503)

    app.add_route(page, "/", name="chat_page")
    app.add_route(script, "/widget.js", name="widget_script")
    if (folder / "assets").is_dir():
        app.static("/assets", str(folder / "assets"), name="widget_assets")


def content_policy(host: str, embedders: Iterable[str]) -> str:
    """Writes the Content-Security-Policy of the chat page: its own files, its own door, and frames of known pages only.

    Old WebViews do not count a WebSocket among `'self'` (CSP 3, https://www.w3.org/TR/CSP3/#match-url-to-source-expression),
    so the host the page was asked under is named as well, when it is one.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "media-src 'self' blob:",
            f"connect-src 'self'{sockets}",
            "base-uri 'none'",
            "form-action 'self'",
            " ".join(("frame-ancestors 'self'", *embedders)),
        )
    )
