"""The settings of the desk."""

from __future__ import annotations

import pytest

from console.server.settings import ConsoleSettings
from runtime.errors import SettingsError

REQUIRED = {
    "DATABASE_URL": "postgresql://desk:hidden@db/x",
    "REDIS_URL": "redis://r/0",
    "CONSOLE_SESSION_SECRET": "hush",
}


def test_secrets_print_as_stars() -> None:
    shown = repr(ConsoleSettings.from_env(REQUIRED))

    assert "hush" not in shown
    assert "hidden" not in shown


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_missing_secret_keeps_the_desk_from_starting(name: str) -> None:
    environ = {key: value for key, value in REQUIRED.items() if key != name}

    with pytest.raises(SettingsError, match=name):
        ConsoleSettings.from_env(environ)


def test_without_origins_only_this_port_on_loopback_may_write() -> None:
    settings = ConsoleSettings.from_env({**REQUIRED, "CONSOLE_PORT": "6000"})

    assert settings.origins == {"http://127.0.0.1:6000", "http://localhost:6000"}
    assert not settings.secure_cookie


def test_behind_tls_the_cookie_is_secure() -> None:
    settings = ConsoleSettings.from_env(
        {**REQUIRED, "CONSOLE_ALLOWED_ORIGINS": "https://desk.example, https://b.example"}
    )

    assert settings.origins == {"https://desk.example", "https://b.example"}
    assert settings.secure_cookie
