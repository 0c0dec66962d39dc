"""Serves the built chat page and the embed script; a missing build is said in words, not with a blank page."""

from __future__ import annotations

from pathlib import Path

from sanic import HTTPResponse, Request, Sanic
from sanic.response import file, html

_NOT_BUILT = (
    "<p>The chat page is not built: run <code>make run</code>,"
    " or <code>npm ci &amp;&amp; npm run build</code> in widget/.</p>"
)
_HOUR = "public, max-age=3600"


def serve_pages(app: Sanic, folder: Path) -> None:
    """Adds `/`, `/widget.js` and `/assets/...` from the widget's build."""

    async def page(_: Request) -> HTTPResponse:
        index = folder / "index.html"
        return (
            await file(index, headers={"cache-control": "no-cache"})
            if index.is_file()
            else html(_NOT_BUILT, status=503)
        )

    async def script(_: Request) -> HTTPResponse:
        built = folder / "widget.js"
        headers = {"cache-control": _HOUR, "access-control-allow-origin": "*"}
        return await file(built, headers=headers) if built.is_file() else html(_NOT_BUILT, status=503)

    app.add_route(page, "/", name="chat_page")
    app.add_route(script, "/widget.js", name="widget_script")
    if (folder / "assets").is_dir():
        app.static("/assets", str(folder / "assets"), name="widget_assets")
