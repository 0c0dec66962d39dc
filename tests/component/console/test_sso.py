"""Single sign-on against a real provider with real keys: every way to cheat is refused, and no account is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from console.server.login_settings import SsoSettings
from runtime.errors import SettingsError
from runtime.postgres import Pool
from tests.component.console.desk_server import Answer, DeskServer, Person
from tests.component.handoff.chats import StepClock
from tests.fakes.openid import CLIENT, SECRET, FakeProvider


@pytest.fixture
def provider(clock: StepClock) -> Iterator[FakeProvider]:
    fake = FakeProvider(now=lambda: clock.now().timestamp())
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture
def sso_settings(provider: FakeProvider, console_settings: Any) -> SsoSettings:
    return SsoSettings(
        issuer=provider.url,
        client_id=CLIENT,
        client_secret=SECRET,
        name="统一身份认证",
        public_url=f"http://127.0.0.1:{console_settings.port}",
        role_claim="groups",
        role_map="desk-leads=supervisor, desk=agent",
    )


async def _come(person: Person, provider: FakeProvider, groups: Any = "desk") -> Answer:
    provider.claims["groups"] = groups
    sent = (await person.get("/api/sso/start")).headers["Location"]
    back = urlsplit(provider.sign_in(sent))
    return await person.get(f"{back.path}?{back.query}")


async def _who(person: Person) -> int:
    return (await person.get("/api/me")).status


async def test_a_person_of_the_provider_is_logged_in_at_the_desk(
    server: DeskServer, agent: Person, stranger: Person, provider: FakeProvider, database: Pool
) -> None:
    answer = await _come(stranger, provider)

    me = await stranger.get("/api/me")
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    assert (me.body["agent"]["id"], me.body["must"]) == ("K0104", None)
    assert (await agent.get("/api/me")).code == "console.session.replaced"
    assert await database.fetchval("select detail ->> 'way' from audit order by audit_id desc limit 1") == "sso"


async def test_the_first_role_that_fits_counts(agent: Person, stranger: Person, provider: FakeProvider) -> None:
    await _come(stranger, provider, ["desk", "desk-leads"])

    assert (await stranger.get("/api/me")).body["agent"]["role"] == "supervisor"


@pytest.mark.parametrize(
    "claims",
    [{"preferred_username": "K9999"}, {"preferred_username": ""}, {"preferred_username": None}],
    ids=["unknown", "empty", "none"],
)
async def test_who_has_no_account_gets_none(
    agent: Person, stranger: Person, provider: FakeProvider, database: Pool, claims: dict[str, Any]
) -> None:
    provider.claims = claims

    answer = await _come(stranger, provider)

    assert (answer.headers["Location"], await _who(stranger)) == ("/?login=sso_refused", 401)
    assert await database.fetchval("select count(*) from agents") == 1


async def test_a_role_nobody_mapped_is_refused(agent: Person, stranger: Person, provider: FakeProvider) -> None:
    answer = await _come(stranger, provider, "visitors")

    assert (answer.headers["Location"], await _who(stranger)) == ("/?login=sso_refused", 401)


async def test_a_dismissed_agent_is_refused(
    agent: Person, stranger: Person, provider: FakeProvider, database: Pool
) -> None:
    await database.execute("update agents set active = false")

    await _come(stranger, provider)

    assert await _who(stranger) == 401


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"nonce": "another"}, id="nonce"),
        pytest.param({"nonce": None}, id="no_nonce"),
        pytest.param({"aud": "another-app"}, id="audience"),
        pytest.param({"aud": [CLIENT, "another-app"], "azp": "another-app"}, id="authorized_party"),
        pytest.param({"iss": "https://evil.example"}, id="issuer"),
        pytest.param({"exp": 1_000_000_000}, id="expired"),
        pytest.param({"iat": 9_000_000_000}, id="not_yet"),
        pytest.param({"exp": "soon"}, id="exp_no_number"),
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(
    agent: Person, stranger: Person, provider: FakeProvider, change: dict[str, Any]
) -> None:
    provider.spoil = lambda claims: {**claims, **change}

    answer = await _come(stranger, provider)

    assert (answer.headers["Location"], await _who(stranger)) == ("/?login=sso_refused", 401)


@pytest.mark.parametrize("forge", ["forged", "unsigned", "by_public_key"])
async def test_a_token_the_provider_did_not_sign_is_refused(
    agent: Person, stranger: Person, provider: FakeProvider, forge: str
) -> None:
    provider.encode = getattr(provider, forge)

    answer = await _come(stranger, provider)

    assert (answer.headers["Location"], await _who(stranger)) == ("/?login=sso_refused", 401)


async def test_a_new_key_of_the_provider_is_taken(agent: Person, stranger: Person, provider: FakeProvider) -> None:
    provider.keys["two"] = provider.stranger
    provider.encode = lambda claims: provider.signed(claims, key="two")

    await _come(stranger, provider)

    assert await _who(stranger) == 200


async def test_a_return_counts_once_and_in_its_own_browser(
    server: DeskServer, agent: Person, stranger: Person, provider: FakeProvider
) -> None:
    provider.claims["groups"] = "desk"
    sent = (await stranger.get("/api/sso/start")).headers["Location"]
    back = urlsplit(provider.sign_in(sent))
    address = f"{back.path}?{back.query}"
    victim = Person(server, "victim")

    lured = await victim.get(address)
    first, again = await stranger.get(address), await stranger.get(address)
    await victim.leave()

    assert (lured.headers["Location"], first.headers["Location"]) == ("/?login=sso_refused", "/")
    assert again.headers["Location"] == "/?login=sso_refused"


async def test_a_return_with_another_state_or_code_is_refused(
    agent: Person, stranger: Person, provider: FakeProvider
) -> None:
    await stranger.get("/api/sso/start")

    for query in ("state=x&code=y", "", "error=access_denied", f"state={'x' * 5000}&code=y"):
        answer = await stranger.get(f"/api/sso/callback?{query}")
        assert answer.headers["Location"] == "/?login=sso_refused"


async def test_logging_out_names_the_place_at_the_provider(
    agent: Person, stranger: Person, provider: FakeProvider
) -> None:
    await _come(stranger, provider)
    stranger.csrf = (await stranger.get("/api/me")).body["csrf"]

    answer = await stranger.post("/api/logout")

    assert answer.body["logout_url"].startswith(f"{provider.url}/end?id_token_hint=")
    assert await _who(stranger) == 401


async def test_a_provider_that_is_away_is_said_so(stranger: Person, provider: FakeProvider) -> None:
    provider.broken = True

    answer = await stranger.get("/api/sso/start")

    assert (answer.status, answer.code) == (503, "runtime.store.unavailable")


async def test_the_log_in_page_is_told_what_to_call_it(stranger: Person) -> None:
    assert (await stranger.get("/api/sso")).body == {"on": True, "name": "统一身份认证"}


@pytest.mark.parametrize(
    "settings",
    [
        SsoSettings(issuer="https://idp"),
        SsoSettings("https://idp", "desk", public_url="https://d", role_claim="groups"),
    ],
    ids=["no_client", "no_roles"],
)
def test_single_sign_on_half_set_up_does_not_start(settings: SsoSettings) -> None:
    with pytest.raises(SettingsError):
        settings.check()
