"""A desk that is reached over TLS only: its cookie travels nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.server.settings import ConsoleSettings
from tests.component.console.desk_server import PASSWORD, Person

PAGE = "https://desk.example"


@pytest.fixture
def console_settings(console_settings: ConsoleSettings) -> ConsoleSettings:
    return replace(console_settings, allowed_origins=PAGE)


async def test_the_cookie_travels_over_tls_only(agent: Person) -> None:
    body = {"username": "K0104", "password": PASSWORD}

    answer = await agent.call("POST", "/api/login", body=body, headers={"Origin": PAGE})

    cookie = {part.strip() for part in answer.headers["Set-Cookie"].split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= cookie


async def test_a_page_without_tls_is_another_page(agent: Person) -> None:
    body = {"username": "K0104", "password": PASSWORD}

    answer = await agent.call("POST", "/api/login", body=body, headers={"Origin": "http://desk.example"})

    assert (answer.status, answer.code) == (403, "console.origin.refused")
