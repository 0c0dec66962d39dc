"""What `make run` stands on, without a server: secrets, hashes, ports, hidden passwords, the one-at-a-time lock."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from runtime.embedded import free_port
from tools.content_hash import content_hash
from tools.run import alone
from tools.say import ToolError
from tools.stack.health import check_ports_free
from tools.stack.plan import Ports
from tools.stack.secret_file import load_or_make, pronounceable
from tools.stack.stores import check_postgres, check_redis, hide_password


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"

    made, read = load_or_make(file), load_or_make(file)

    assert made == read
    assert len(made["WEB_TOKEN_SECRET"]) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_missing_from_the_file_is_added_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "secrets.env"
    file.write_text("WEB_TOKEN_SECRET=kept\n", encoding="utf-8")

    secrets = load_or_make(file)

    assert secrets["WEB_TOKEN_SECRET"] == "kept"
    assert set(secrets) == {
        "WEB_TOKEN_SECRET",
        "UTILITY_TOKEN",
        "UTILITY_OPERATOR_TOKEN",
        "UTILITY_NOTICES_TOKEN",
        "CONSOLE_SESSION_SECRET",
        "PAPERS_TOKEN_SECRET",
        "DESK_DEMO_PASSWORD",
    }


def test_demo_passwords_differ_and_can_be_read_out() -> None:
    passwords = {pronounceable() for _ in range(50)}

    assert len(passwords) == 50
    assert all(len(word) == 4 for password in passwords for word in password.split("-"))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://joe:s3cret@db:5432/x", "postgresql://joe:***@db:5432/x"),
        ("redis://:s3cret@cache:6379/0", "redis://:***@cache:6379/0"),
        ("postgresql:///x?host=/tmp&password=s3cret&user=joe", "postgresql:///x?host=/tmp&password=***&user=joe"),
        ("redis://cache:6379/0", "redis://cache:6379/0"),
    ],
    ids=["user and password", "password only", "password as a parameter", "no password"],
)
def test_passwords_in_urls_are_hidden(url: str, shown: str) -> None:
    assert hide_password(url) == shown


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(ToolError) as caught:
        check_postgres("DATABASE_URL", f"postgresql://joe:s3cret@127.0.0.1:{free_port()}/x")

    assert "DATABASE_URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_url_that_is_no_redis_is_refused() -> None:
    with pytest.raises(ToolError, match="REDIS_URL"):
        check_redis("REDIS_URL", "postgresql://nowhere/0")


def test_a_busy_port_is_named_with_its_setting() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        with pytest.raises(ToolError, match=f"Port {port} .* BOT_PORT"):
            check_ports_free(Ports(bot=port), ["bot"])


@pytest.mark.parametrize("raw", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(raw: str) -> None:
    with pytest.raises(ToolError, match="BOT_PORT"):
        Ports.from_environ({"BOT_PORT": raw})


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(ToolError, match="already runs"), alone(tmp_path):
        pass


def test_the_content_hash_sees_names_and_bytes_and_not_what_is_built(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.ts").write_text("one", encoding="utf-8")
    before = content_hash(tmp_path, ["src"])

    (tmp_path / "src" / "node_modules").mkdir()
    (tmp_path / "src" / "node_modules" / "b.js").write_text("built", encoding="utf-8")
    with_built = content_hash(tmp_path, ["src"])
    (tmp_path / "src" / "a.ts").write_text("two", encoding="utf-8")

    assert with_built == before
    assert content_hash(tmp_path, ["src"]) != before
