"""The upload page's routes before the real utility: links, files, submission, and what nobody may learn or do."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import pytest
import pytest_asyncio
from PIL import Image
from sanic import Sanic

from backend.http import HttpBackend
from backend.models import Application, ApplicationStart
from bot.papers.counter import PapersCounter
from bot.papers.door import PapersDoor
from connectors.shared.pace import Limits
from conversation.identity import ChannelName, ChannelUser
from conversation.papers import PapersPasses
from runtime import postgres
from runtime.embedded import EmbeddedPostgres, free_port
from runtime.passes import Passes
from runtime.web import install_errors, limit
from tests.fakes.utility_process import PROJECT, TOKEN, UtilityProcess, running_utility

SECRET = "a secret of thirty-two characters!"
LIN, STRANGER = ChannelUser(ChannelName.WECHAT, "wx_demo_lin"), ChannelUser(ChannelName.WEB, "v" + "9" * 32)
HOME = "6201011006117"
WEEK = timedelta(days=7)
MOST = 10 * 1024 * 1024
PDF = b"%PDF-1.7\n and the rest"


def photo() -> bytes:
    """A JPEG that says where it was taken."""
    written, notes = BytesIO(), Image.Exif()
    notes[0x010F] = "a telephone"
    Image.new("RGB", (8, 8), (10, 20, 30)).save(written, "JPEG", exif=notes)
    return written.getvalue()


@dataclass
class Desk:
    """The page's routes, the company behind them, and a customer who has started an application."""

    url: str
    http: aiohttp.ClientSession
    backend: HttpBackend
    utility: UtilityProcess
    passes: PapersPasses
    sent: dict[str, str] = field(default_factory=dict)

    async def start(self, user: ChannelUser = LIN) -> Application:
        start = ApplicationStart("峰谷变更", HOME, facts={"tou": "on"})
        return await self.backend.start_application(start, user, idempotency_key=uuid.uuid4().hex)

    def pass_to(self, application_no: str, user: ChannelUser = LIN) -> str:
        return self.passes.issue(application_no, user, life=WEEK)

    async def look(self, sealed: str) -> tuple[int, dict[str, Any]]:
        async with self.http.get(f"{self.url}/api/application", headers=_bearer(sealed)) as answer:
            return await told(answer)

    async def hand_in(
        self, sealed: str, content: bytes, *, code: str = "id_card", key: str = "", name: str = "%E8%BA%AB.jpg"
    ) -> tuple[int, dict[str, Any]]:
        headers = _bearer(sealed) | {"idempotency-key": key or str(uuid.uuid4()), "x-file-name": name}
        async with self.http.post(f"{self.url}/api/documents/{code}", data=content, headers=headers) as answer:
            return await told(answer)

    async def submit(self, sealed: str, key: str = "") -> tuple[int, dict[str, Any]]:
        headers = _bearer(sealed) | {"idempotency-key": key or str(uuid.uuid4())}
        async with self.http.post(f"{self.url}/api/submission", headers=headers) as answer:
            return await told(answer)

    async def value(self, query: str, *arguments: Any) -> Any:
        pool = await postgres.connect(self.utility.database_url, most=1)
        try:
            return await pool.fetchval(query, *arguments)
        finally:
            await pool.close()


CONTRACT = json.loads((PROJECT / "contracts" / "papers-page.schema.json").read_text(encoding="utf-8"))


async def told(answer: aiohttp.ClientResponse) -> tuple[int, dict[str, Any]]:
    """What was answered, which has to be what the contract knows."""
    content = dict(await answer.json(content_type=None))
    kind = "sheet" if answer.status < 400 else "refusal"
    jsonschema.validate(content, CONTRACT | {"oneOf": [{"$ref": f"#/$defs/{kind}"}]})
    return answer.status, content


def _bearer(sealed: str) -> dict[str, str]:
    return {"authorization": f"Bearer {sealed}"}


@pytest.fixture(scope="module")
def utility_at_work(
    postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UtilityProcess]:
    with running_utility(postgres_server, tmp_path_factory.mktemp("utility"), name="utility_papers") as process:
        yield process


def built(folder: Path) -> Path:
    (folder / "assets").mkdir(parents=True)
    (folder / "papers.html").write_text("<!doctype html><title>page</title>", encoding="utf-8")
    (folder / "assets" / "papers-1.js").write_text("1", encoding="utf-8")
    return folder


@pytest_asyncio.fixture
async def desk(utility_at_work: UtilityProcess, tmp_path: Path) -> AsyncIterator[Desk]:
    utility_at_work.refresh()
    backend, passes = HttpBackend(utility_at_work.url, TOKEN), PapersPasses(SECRET, utility_at_work.clock)
    app = Sanic(f"papers_{free_port()}", configure_logging=False)
    limit(app, body_bytes=64 * 1024)
    install_errors(app)
    limits = Limits(customer_burst=12, customer_per_second=0.01)
    door = PapersDoor(PapersCounter(backend), passes, folder=built(tmp_path / "page"), most_bytes=MOST, limits=limits)
    app.blueprint(door.blueprint())
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    async with aiohttp.ClientSession() as http:
        yield Desk(f"http://127.0.0.1:{port}/papers", http, backend, utility_at_work, passes)
    await backend.close()
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(app.name, None)


async def test_a_draft_is_shown_with_what_it_lacks_and_nothing_personal(desk: Desk) -> None:
    draft = await desk.start()

    status, shown = await desk.look(desk.pass_to(draft.application_no))

    assert (status, shown["application_no"], shown["business_type"]) == (200, draft.application_no, "峰谷变更")
    assert (shown["account_tail"], shown["waiting"], shown["ready"], shown["most_bytes"]) == ("6117", True, False, MOST)
    assert [(paper["code"], paper["missing"], paper["later"]) for paper in shown["papers"]] == [
        ("id_card", True, False)
    ]
    assert shown["papers"][0]["name"] == "申请人身份证明"
    assert HOME not in str(shown)


async def test_papers_go_through_as_they_are_and_the_application_is_handed_in(desk: Desk) -> None:
    draft, original = await desk.start(), photo()
    sealed = desk.pass_to(draft.application_no)

    taken, shown = await desk.hand_in(sealed, original)
    done, submitted = await desk.submit(sealed)

    kept = await desk.value("select content from application_documents where application_no = $1", draft.application_no)
    assert (taken, shown["ready"], shown["papers"][0]["missing"]) == (201, True, False)
    assert shown["papers"][0]["files"][0]["name"] == "身***.jpg"
    assert hashlib.sha256(bytes(kept)).digest() == hashlib.sha256(original).digest()
    assert (done, submitted["submitted"], submitted["waiting"]) == (200, True, False)
    assert submitted["due"] > "2026-11-21"
    assert (await desk.backend.application(draft.application_no, LIN)).status == "submitted"


async def test_a_repeated_file_and_a_repeated_submission_are_done_once(desk: Desk) -> None:
    draft = await desk.start()
    sealed, key = desk.pass_to(draft.application_no), str(uuid.uuid4())

    first = await desk.hand_in(sealed, PDF, key=key)
    again = await desk.hand_in(sealed, PDF, key=key)
    other = await desk.hand_in(sealed, PDF + b"!", key=key)
    done = [await desk.submit(sealed, key) for _ in range(2)]

    assert (first[0], again[0]) == (201, 201)
    assert len(again[1]["papers"][0]["files"]) == 1
    assert (other[0], other[1]["code"]) == (409, "idempotency.mismatch")
    assert [status for status, _ in done] == [200, 200]


async def test_what_is_missing_is_named_when_it_is_handed_in_too_soon(desk: Desk) -> None:
    draft = await desk.start()

    status, answered = await desk.submit(desk.pass_to(draft.application_no))

    assert (status, answered["code"], answered["missing"]) == (409, "application.documents_missing", ["申请人身份证明"])


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"MZ\x90\x00" + b"\x00" * 200, 415, "document.type"),
        (b"", 415, "document.empty"),
        (b"\xff\xd8\xff" + b"\x00" * MOST, 413, "document.too_large"),
        (b"\xff\xd8\xff" + b"\x00" * (50 * 1024 * 1024), 413, "document.too_large"),
    ],
    ids=["a program", "nothing", "a byte too many", "50 MB"],
)
async def test_what_is_no_paper_is_refused_with_the_utilitys_own_code(
    desk: Desk, content: bytes, status: int, code: str
) -> None:
    draft = await desk.start()

    refused = await desk.hand_in(desk.pass_to(draft.application_no), content)

    assert (refused[0], refused[1]["code"]) == (status, code)
    assert (await desk.backend.application(draft.application_no, LIN)).documents == ()


async def test_a_file_of_the_most_bytes_is_taken(desk: Desk) -> None:
    draft = await desk.start()

    status, shown = await desk.hand_in(desk.pass_to(draft.application_no), PDF.ljust(MOST, b"\x00"))

    assert (status, shown["papers"][0]["files"][0]["size"]) == (201, MOST)


async def test_a_paper_that_is_not_taken_and_a_key_that_is_none_are_refused(desk: Desk) -> None:
    sealed = desk.pass_to((await desk.start()).application_no)

    code = await desk.hand_in(sealed, PDF, code="passport")
    key = await desk.hand_in(sealed, PDF, key="x")

    assert (code[0], code[1]["code"]) == (400, "document.code")
    assert (key[0], key[1]["code"]) == (400, "papers.key.invalid")


async def test_an_application_that_is_over_takes_nothing_more(desk: Desk) -> None:
    draft = await desk.start()
    await desk.backend.withdraw_application(draft.application_no, LIN, idempotency_key="w")
    sealed = desk.pass_to(draft.application_no)

    shown, refused = await desk.look(sealed), await desk.hand_in(sealed, PDF)

    assert (shown[0], shown[1]["open"]) == (200, False)
    assert (refused[0], refused[1]["code"]) == (409, "application.over")


async def test_a_foreign_application_is_as_unknown_as_none(desk: Desk) -> None:
    draft = await desk.start()

    foreign = await desk.look(desk.pass_to(draft.application_no, STRANGER))
    none = await desk.look(desk.pass_to("N26112199999", STRANGER))

    assert foreign == none
    assert (foreign[0], foreign[1]["code"]) == (404, "application.unknown")
    assert (await desk.hand_in(desk.pass_to(draft.application_no, STRANGER), PDF))[1]["code"] == "application.unknown"
    assert (await desk.submit(desk.pass_to(draft.application_no, STRANGER)))[1]["code"] == "application.unknown"


async def test_a_pass_that_is_none_of_ours_or_too_old_opens_nothing(desk: Desk) -> None:
    draft = await desk.start()
    sealed = desk.pass_to(draft.application_no)
    other = Passes(SECRET, "gridtalk.other", desk.utility.clock, setting="X").issue("N1", "web:v", life=WEEK)

    changed = [
        await desk.look(bad) for bad in ("", "x", sealed[:-1] + ("A" if sealed[-1] != "A" else "B"), other, "é" * 90)
    ]
    desk.utility.set_clock(desk.utility.clock.now() + WEEK + timedelta(seconds=1))
    old = [await desk.look(sealed), await desk.hand_in(sealed, PDF), await desk.submit(sealed)]

    assert {(status, told["code"]) for status, told in changed} == {(401, "papers.link.invalid")}
    assert {(status, told["code"]) for status, told in old} == {(401, "papers.link.expired")}


async def test_a_business_with_real_name_proof_goes_on_elsewhere(desk: Desk) -> None:
    start = ApplicationStart("销户", HOME, facts={})
    checked = await desk.backend.check_application(start, LIN)
    start = ApplicationStart("过户", HOME, facts={"new_name": "林小满", "new_phone": "13800009999", "owner": "yes"})
    draft = await desk.backend.start_application(start, LIN, idempotency_key="strong")

    sealed = desk.pass_to(draft.application_no)
    refused = [await desk.look(sealed), await desk.hand_in(sealed, PDF), await desk.submit(sealed)]

    assert checked.type_code
    assert {(status, told["code"]) for status, told in refused} == {(403, "papers.strong")}


async def test_who_asks_without_end_is_slowed_down_and_nobody_else_is(desk: Desk) -> None:
    draft = await desk.start()
    sealed, other = desk.pass_to(draft.application_no), desk.pass_to(draft.application_no, STRANGER)

    asked = [await desk.look(sealed) for _ in range(13)]

    assert (asked[-1][0], asked[-1][1]["code"]) == (429, "papers.rate.limited")
    assert asked[0][0] == 200
    assert (await desk.look(other))[0] == 404


async def test_a_silent_company_is_said_to_be_silent(desk: Desk) -> None:
    silent = HttpBackend(f"http://127.0.0.1:{free_port()}", TOKEN)
    draft = await desk.start()
    desk_counter = PapersCounter(silent)
    app = Sanic(f"papers_{free_port()}", configure_logging=False)
    install_errors(app)
    door = PapersDoor(desk_counter, desk.passes, folder=Path("nowhere"), most_bytes=MOST, limits=Limits())
    app.blueprint(door.blueprint())
    port = free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    desk.url = f"http://127.0.0.1:{port}/papers"

    status, answered = await desk.look(desk.pass_to(draft.application_no))
    async with desk.http.get(f"{desk.url}/") as page:
        missing = page.status

    await silent.close()
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(app.name, None)
    assert (status, answered["code"]) == (503, "papers.company.silent")
    assert missing == 503


async def test_the_page_is_guarded_keeps_no_cookie_and_tells_no_referrer(desk: Desk) -> None:
    draft = await desk.start()
    calls = {
        "page": desk.http.get(f"{desk.url}/"),
        "script": desk.http.get(f"{desk.url}/assets/papers-1.js"),
        "data": desk.http.get(f"{desk.url}/api/application", headers=_bearer(desk.pass_to(draft.application_no))),
        "refused": desk.http.get(f"{desk.url}/api/application"),
        "redirect": desk.http.get(desk.url, allow_redirects=False),
    }
    answers = {}
    for name, call in calls.items():
        async with call as answer:
            answers[name] = answer

    for name, answer in answers.items():
        assert "default-src 'none'" in answer.headers["content-security-policy"], name
        assert "unsafe" not in answer.headers["content-security-policy"], name
        assert answer.headers["referrer-policy"] == "no-referrer", name
        assert "set-cookie" not in answer.headers, name
    assert [answers[name].status for name in calls] == [200, 200, 200, 401, 302]
    assert answers["data"].headers["cache-control"] == "no-store"
    assert answers["redirect"].headers["location"] == "/papers/"
