"""A page of the company that embeds the chat: one script tag, and the strictest policy a page can have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.served import Served

_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>星河供电公司</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>星河供电公司</h1><p><a href="#outages">停电公告</a></p></main>
<script src="{server}/widget.js" async {attributes}></script></body></html>"""


@dataclass
class HostPage:
    """Where the page is, and what its script tag says."""

    server: str
    attributes: str = ""
    url: str = ""
    policy: str = field(init=False)

    def __post_init__(self) -> None:
        self.policy = f"default-src 'none'; script-src {self.server}; frame-src {self.server}"

    async def show(self, _: web.Request) -> web.Response:
        """Answers with the page."""
        body = _PAGE.format(server=self.server, attributes=self.attributes)
        return web.Response(text=body, content_type="text/html", headers={"content-security-policy": self.policy})


@contextmanager
def running_host_page(server: str) -> Iterator[HostPage]:
    """Serves the page on another origin than the chat's."""
    page = HostPage(server)
    app = web.Application()
    app.router.add_get("/", page.show)
    served = Served(app)
    served.start()
    page.url = served.url.replace("127.0.0.1", "localhost")
    try:
        yield page
    finally:
        served.stop()
