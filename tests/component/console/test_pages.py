"""The desk's page and the headers of every answer."""

from __future__ import annotations

import pytest

from tests.component.console.desk_server import DeskServer, Person

INDEX = "<!doctype html><title>desk</title>"


@pytest.fixture
def built(server: DeskServer) -> DeskServer:
    """A desk whose page is built."""
    folder = server.settings.web_dir
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX, encoding="utf-8")
    (folder / "assets" / "desk.js").write_text("1", encoding="utf-8")
    (folder.parent / "secret.txt").write_text("secret", encoding="utf-8")
    return server


async def test_a_missing_build_says_how_to_build(stranger: Person) -> None:
    page = await stranger.get("/")

    assert page.status == 503
    assert "npm run build" in page.body


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        pytest.param("/", 200, INDEX, id="index"),
        pytest.param("/chats/web:v1", 200, INDEX, id="address_of_the_page"),
        pytest.param("/assets/desk.js", 200, "1", id="file"),
        pytest.param("/assets/missing.js", 404, None, id="missing_file"),
        pytest.param("/%2e%2e/secret.txt", 404, None, id="outside"),
    ],
)
async def test_the_built_page_is_served(
    built: DeskServer, stranger: Person, path: str, status: int, body: str | None
) -> None:
    page = await stranger.get(path)

    assert page.status == status
    assert body is None or page.body == body


@pytest.mark.parametrize("path", ["/", "/api/me", "/health", "/api/unknown"])
async def test_every_answer_carries_the_security_headers(stranger: Person, path: str) -> None:
    headers = (await stranger.get(path)).headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_health_tells_what_was_checked(stranger: Person) -> None:
    answer = await stranger.get("/health")

    works = {"postgres": "ok", "floor": "following", "sweeper": "sweeping"}
    assert answer.body == {"process": "console", "status": "ok", **works}
