"""The operator's page: who gets it, what it is told, and that it is off where nobody asked for it."""

from __future__ import annotations

from datetime import datetime

import aiohttp
import pytest
from sanic import Sanic

from runtime.clock import SHANGHAI
from tests.fakes.utility_process import UtilityProcess
from utility.app import build_app
from utility.settings import UtilitySettings


class StillClock:
    """A clock that stands."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/operator", "text/html"),
        ("/operator/", "text/html"),
        ("/operator/operator.js", "text/javascript"),
        ("/operator/views.js", "text/javascript"),
        ("/operator/operator.css", "text/css"),
        ("/operator/words.json", "application/json"),
    ],
)
async def test_the_page_is_served_whole_and_may_load_only_itself(utility: UtilityProcess, path: str, kind: str) -> None:
    async with aiohttp.ClientSession(utility.url) as session, session.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, kind)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/operator/door.py", "/operator/..%2Fdoor.py", "/operator/%2Fetc%2Fpasswd"])
async def test_nothing_else_is_served(utility: UtilityProcess, path: str) -> None:
    async with aiohttp.ClientSession(utility.url) as session, session.get(path) as answer:
        assert answer.status == 404


async def test_the_overview_is_for_operators_only(client: aiohttp.ClientSession) -> None:
    async with client.get("/operator/overview.json") as answer:
        content = await answer.json(content_type="application/problem+json")

    assert (answer.status, content["code"], content["scope"]) == (403, "token.scope", "operate")


async def test_the_overview_shows_the_city_as_it_stands(operator: aiohttp.ClientSession) -> None:
    async with operator.get("/operator/overview.json") as answer:
        content = await answer.json()

    assert [outage["outage_no"] for outage in content["outages"]] == ["E26111800002", "E26112100001"]
    assert {"area_id": "TA04", "name": "长庚区 北斗里台区"} in content["areas"]
    assert "handling" in content["kinds"]["complaint"]["moves"]["filed"]


@pytest.mark.parametrize(
    ("sandbox", "token", "served"), [(False, "", False), (True, "", True), (False, "a-token", True)]
)
def test_the_page_is_off_without_a_sandbox_or_an_operator_s_token(sandbox: bool, token: str, served: bool) -> None:
    settings = UtilitySettings(database_url="", token="t", operator_token=token, sandbox=sandbox)
    app = build_app(settings, StillClock())
    Sanic._app_registry.pop(app.name)

    assert any("operator" in blueprint for blueprint in app.blueprints) is served
