"""The sandbox's window on the messages that a real company would send; served only when the sandbox is on."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import html

from runtime.clock import SHANGHAI
from runtime.postgres import transaction
from utility.accounts import codes
from utility.accounts.codes import Message
from utility.counter import fields
from utility.counter.answers import answer, company_of
from utility.counter.fields import Text

_PAGES = Path(__file__).parent / "texts"
_TAIL = Text(pattern=r"[0-9]{1,13}")


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("sandbox", url_prefix="/sandbox")
    routes.add_route(show_messages, "/sms", methods=["GET"])
    routes.add_route(list_messages, "/sms.json", methods=["GET"])
    return routes


async def show_messages(request: Request) -> HTTPResponse:
    """Shows the messages as a page that refreshes itself."""
    company, found = company_of(request), await _messages(request)
    row, page = (Template((_PAGES / name).read_text(encoding="utf-8")) for name in ("sms_row.html", "sms_page.html"))
    rows = "\n".join(
        row.substitute({name: escape(text) for name, text in _shown(message).items()}) for message in found
    )
    hidden = "hidden" if found else ""
    return html(page.substitute(company=escape(company.policy.company), rows=rows, hide_when_any=hidden))


async def list_messages(request: Request) -> HTTPResponse:
    """Lists the messages, newest first, of the account ending in `tail`."""
    return answer({"messages": [_shown(message) for message in await _messages(request)]})


async def _messages(request: Request) -> list[Message]:
    tail = fields.query(request, {"tail": _TAIL})["tail"]
    async with transaction(company_of(request).pool) as connection:
        return await codes.messages(connection, tail)


def _shown(message: Message) -> dict[str, str]:
    return {
        "tail": message.account_no[-4:],
        "phone_masked": "*" * (len(message.phone) - 4) + message.phone[-4:],
        "text": message.text,
        "at": message.created_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }
