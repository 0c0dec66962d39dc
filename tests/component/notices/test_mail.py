"""E-mail by a real SMTP server: TLS, login, a refused recipient with its reason, silence; and who gets a letter."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from notices.errors import GatewayAway, GatewayRefused
from notices.gateways import mail_gateway
from notices.mail import Letter, SandboxMail, SmtpAccount, SmtpMail, Tls, title_of
from notices.settings import NoticesSettings
from runtime.errors import SettingsError
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock
from tests.fakes.smtp_server import PASSWORD, USER, SmtpServer, certificate

LETTER = Letter("lin.wangshu@example.com", "电费账单", "【电费账单】尾号 6117 本月 100.00 元。", "notice-7-1")


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """The mail server's key and certificate."""
    return certificate(tmp_path)


@pytest.fixture
def server(pem: Path) -> Iterator[SmtpServer]:
    """A running mail server."""
    with SmtpServer(pem) as running:
        yield running


def smtp(server: SmtpServer, pem: Path, clock: TestClock, **given: object) -> SmtpMail:
    whole = {"user": USER, "password": PASSWORD, "ca_file": str(pem), "timeout_s": 5.0, **given}
    account = SmtpAccount("localhost", server.port, "bill@xinghe.example", "星河供电", **whole)  # type: ignore[arg-type]
    return SmtpMail(account, clock)


async def test_a_letter_goes_by_tls_after_a_login_and_is_whole(server: SmtpServer, pem: Path, clock: TestClock) -> None:
    taken = await smtp(server, pem, clock).post(LETTER)

    ((sender, to, content, secured, user),) = server.taken
    message = message_from_bytes(content, policy=default)
    assert (sender, to, secured, user) == ("bill@xinghe.example", LETTER.to, True, USER)
    assert (message["Subject"], message.get_content().strip()) == (LETTER.subject, LETTER.text)
    assert message["Message-ID"] == "<notice-7-1@xinghe.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert taken.delivered


@pytest.mark.parametrize(
    ("said", "error"),
    [("550 no such mailbox", GatewayRefused), ("450 mailbox busy, try later", GatewayAway)],
    ids=["never", "not now"],
)
async def test_a_refused_recipient_is_told_with_its_reason(
    server: SmtpServer, pem: Path, clock: TestClock, said: str, error: type[Exception]
) -> None:
    server.refuses[LETTER.to] = said

    with pytest.raises(error, match=said[4:]):
        await smtp(server, pem, clock).post(LETTER)
    assert server.taken == []


async def test_a_wrong_password_a_strange_certificate_and_a_closed_door_are_away(
    server: SmtpServer, pem: Path, clock: TestClock
) -> None:
    with pytest.raises(GatewayAway, match="account"):
        await smtp(server, pem, clock, password="wrong").post(LETTER)
    with pytest.raises(GatewayAway, match="SSL"):
        await smtp(server, pem, clock, ca_file="").post(LETTER)
    with pytest.raises(GatewayAway, match="ConnectionRefused"):
        await SmtpMail(SmtpAccount("127.0.0.1", 1, "a@b.cn", "", tls=Tls.NONE), clock).post(LETTER)
    assert server.taken == []


async def test_a_server_that_says_nothing_is_given_up(pem: Path, clock: TestClock) -> None:
    with SmtpServer(pem, silent=True) as server, pytest.raises(GatewayAway, match="did not answer"):
        await smtp(server, pem, clock, timeout_s=0.2).post(LETTER)


@pytest.mark.parametrize("to", ["", "lin", "lin@", "lin@x", "a@b.cn\r\nBcc: c@d.cn", "a b@c.cn"])
async def test_what_is_no_address_is_refused_before(server: SmtpServer, pem: Path, clock: TestClock, to: str) -> None:
    with pytest.raises(GatewayRefused):
        await smtp(server, pem, clock).post(Letter(to, "x", "y", "k"))
    assert server.taken == []


async def test_the_sandbox_keeps_one_letter_for_a_key(tmp_path: Path, clock: TestClock) -> None:
    mail = SandboxMail(tmp_path / "mail", clock)

    await mail.post(LETTER)
    await mail.post(LETTER)

    (file,) = (tmp_path / "mail").glob("*.eml")
    assert message_from_bytes(file.read_bytes(), policy=default)["To"] == LETTER.to


def test_a_subject_is_the_head_of_the_words() -> None:
    assert title_of("【电费账单】尾号", "用电通知") == "电费账单"
    assert title_of("您好", "用电通知") == "用电通知"


@pytest.mark.parametrize(
    "wrong",
    [{"mail": "pigeon"}, {"mail": "smtp"}, {"mail": "smtp", "smtp_host": "x", "smtp_from": "a@b.cn", "smtp_tls": "no"}],
)
def test_settings_that_send_nothing_stop_the_start(clock: TestClock, wrong: dict[str, str]) -> None:
    given = {"database_url": "x", "redis_url": "x", "utility_url": "x", "utility_token": "x", **wrong}

    with pytest.raises(SettingsError):
        mail_gateway(NoticesSettings(**given), clock)  # type: ignore[arg-type]


BILL = {"period": "2026-10", "kwh": "318", "total": "187.30", "due": "2026-11-25"}


def bills(company: Company, account_no: str, **given: object) -> None:
    """A home that wants its bills by mail."""
    wishes = [("电费账单", "mail", True)]
    company.home(account_no, area="TA-3", wishes=wishes, phone="13800003001", **given)  # type: ignore[arg-type]
    company.tell("bill.issued", f"{account_no}-2026-10", account_no=account_no, data=BILL)


async def test_a_bill_ordered_by_mail_goes_there_and_nowhere_else(room: Room, company: Company) -> None:
    bills(company, "3001", email="lin.wangshu@example.com")

    await room.tell()

    (letter,) = room.mail.sent.values()
    assert (letter.to, letter.subject) == ("lin.wangshu@example.com", "电费账单")
    assert "187.30 元" in letter.text
    assert [row["outcome"] for row in await room.notices()] == ["delivered"]
    assert room.gateway.sent == {}


async def test_a_mailbox_that_is_none_is_failed_with_its_reason(room: Room, company: Company) -> None:
    bills(company, "3001", email="dead@example.com")

    await room.tell()

    (row,) = await room.notices()
    assert (row["outcome"], row["reason"]) == ("undelivered", "550 no such mailbox")


async def test_an_outage_goes_by_mail_only_where_that_was_asked_for(room: Room, company: Company) -> None:
    company.home("3001", area="TA-3", email="a@example.com", phone="13800003001")
    company.home("3002", area="TA-3", email="b@example.com", wishes=[("停电通知", "mail", True)])
    company.outage("raised", areas=["TA-3"], eta=None)

    await room.tell()

    assert [letter.to for letter in room.mail.sent.values()] == ["b@example.com"]
    assert [message.phone for message in room.gateway.sent.values()] == ["13800003001"]
