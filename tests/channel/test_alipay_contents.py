"""Contents of the Alipay door: encrypted both ways, odd charsets, notices that are kept, media told by their bytes."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from bot.media.store import MediaShelf
from connectors.alipay.account import GATEWAY, SANDBOX, AlipayAccount, gateway_of
from connectors.alipay.api import AlipayApi
from connectors.alipay.cipher import ContentCipher, NotOpened
from connectors.alipay.door import AlipayDoor
from connectors.alipay.errors import ApiRefused, ApiUnreachable
from connectors.alipay.keys import Keys
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.errors import SettingsError
from runtime.postgres import Pool
from tests.channel.doors import open_site, until
from tests.channel.lines import alipay_line
from tests.channel.test_alipay_door import CONVERSATION, USER, Line
from tests.fakes.alipay import FakeAlipay, Pair, aes, encoded, unaes
from tests.fakes.bot import PHRASES, ScriptedThinker, worker
from tests.fakes.served import Served

# From Alipay's easysdk, its test of AES.
VECTOR_KEY, VECTOR_PLAIN, VECTOR_SEALED = "aa4BtZ4tspm2wnXLb1ThQA==", "test1234567", "ILpoMowjIQjfYMR847rnFQ=="
KEY = base64.b64encode(secrets.token_bytes(16)).decode()
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SEND = "alipay.open.public.message.custom.send"


@asynccontextmanager
async def _line(database: Pool, bus: Bus, url: str, aes_key: str) -> AsyncIterator[Line]:
    platform = FakeAlipay()
    platform.aes_key = aes_key
    platform.start()
    made = worker(database, bus, url, ScriptedThinker())
    made.thinker.gate.set()
    async with alipay_line(database, made, platform) as line:
        yield line
    platform.stop()


@pytest_asyncio.fixture
async def line(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Line]:
    async with _line(database, bus, database_url, "") as opened:
        yield opened


@pytest_asyncio.fixture
async def sealed(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Line]:
    """An app that has switched on the encryption of contents."""
    async with _line(database, bus, database_url, KEY) as opened:
        yield opened


def test_the_cipher_is_that_of_alipays_own_vector() -> None:
    cipher = ContentCipher(VECTOR_KEY)

    assert cipher.encrypt(VECTOR_PLAIN) == VECTOR_SEALED
    assert cipher.decrypt(VECTOR_SEALED) == VECTOR_PLAIN.encode()


@given(st.text(max_size=300))
def test_what_was_encrypted_opens_again_and_at_alipays(content: str) -> None:
    sealed = ContentCipher(KEY).encrypt(content)

    assert ContentCipher(KEY).decrypt(sealed) == content.encode() == unaes(KEY, sealed).encode()


@given(st.text(max_size=100) | st.binary(max_size=100).map(lambda raw: base64.b64encode(raw).decode()))
def test_any_text_opens_or_is_clearly_refused(sealed: str) -> None:
    try:
        opened = ContentCipher(KEY).decrypt(sealed)
    except NotOpened:
        return
    # What opens is what the same key makes of it.
    assert base64.b64decode(aes(KEY, opened)) == base64.b64decode(sealed.strip().replace(" ", "+"))


@pytest.mark.parametrize("damaged", ["", "x", "ILpoMowjIQjfYMR847rnFg==", VECTOR_SEALED[:-4], "AAAA"])
def test_what_is_not_encrypted_with_the_key_does_not_open(damaged: str) -> None:
    with pytest.raises(NotOpened):
        ContentCipher(VECTOR_KEY).decrypt(damaged)


@pytest.mark.parametrize("key", ["x", "AAAA", base64.b64encode(b"1" * 32).decode()], ids=["odd", "short", "long"])
def test_a_key_of_another_size_is_told_at_start(key: str) -> None:
    with pytest.raises(SettingsError, match="ALIPAY_AES_KEY"):
        ContentCipher(key)


async def test_an_encrypted_message_is_answered_by_an_encrypted_one(sealed: Line) -> None:
    form = sealed.form("text")
    assert b"encrypt_type=AES" in form

    await sealed.acknowledged(form)

    await until(lambda: sealed.platform.texts(USER))
    assert sealed.platform.texts(USER) == ["回:这个月电费多少"]
    await sealed.site.settled()
    assert (await sealed.site.lines(CONVERSATION))[-1]["delivery"] == "sent"


async def test_a_refusal_comes_encrypted_too(sealed: Line) -> None:
    sealed.platform.trouble.append("MSG_SD_OVER_TIME")

    await sealed.send("text")
    await until(lambda: sealed.platform.calls == 1)
    await sealed.site.settled()

    assert (await sealed.site.lines(CONVERSATION))[-1]["delivery"] == "failed"


async def test_a_forged_encrypted_answer_is_not_believed(sealed: Line) -> None:
    sealed.platform.forged = True

    await sealed.send("text")
    await until(lambda: sealed.platform.calls == 1)
    await sealed.site.settled()

    assert (await sealed.site.lines(CONVERSATION))[-1]["delivery"] == "pending"


async def test_an_encrypted_message_for_a_door_without_a_key_is_refused(line: Line) -> None:
    line.platform.aes_key = KEY
    status, body = await line.post(line.form("text"))
    line.platform.aes_key = ""

    assert (status, json.loads(body)["code"]) == (403, "alipay.content.sealed")


async def test_a_message_encrypted_with_another_key_is_refused(sealed: Line) -> None:
    sealed.platform.aes_key = VECTOR_KEY
    status, body = await sealed.post(sealed.form("text"))
    sealed.platform.aes_key = KEY

    assert (status, json.loads(body)["code"]) == (400, "alipay.content.sealed")


async def test_the_gateway_check_of_an_encrypting_app_is_answered(sealed: Line) -> None:
    status, body = await sealed.post(sealed.platform.push("<XML/>", service="alipay.service.check"))

    assert (status, b"<success>true</success>" in body) == (200, True)


async def test_characters_that_gbk_lacks_come_in_four_bytes(line: Line) -> None:
    said = "㐂㐃家停电了，𠮷字和🔌"

    await line.say(said)

    assert line.platform.texts(USER) == [f"回:{said}"]


async def test_a_plus_of_the_signature_may_arrive_as_a_blank(line: Line) -> None:
    forms = (line.form("text") for _ in range(50))
    form = next(form for form in forms if b"%2B" in form.rpartition(b"sign=")[2])

    await line.acknowledged(form.replace(b"%2B", b"+"))

    await until(lambda: line.platform.texts(USER))
    assert line.platform.texts(USER) == ["回:这个月电费多少"]


async def test_a_bare_text_is_a_text(line: Line) -> None:
    await line.send("text_bare")
    await until(lambda: line.platform.texts(USER))

    assert line.platform.texts(USER) == ["回:我家停电了"]


def _notice(line: Line, **more: str) -> bytes:
    fields = {
        "charset": "utf-8",
        "msg_method": "alipay.open.auth.appstatus.changed",
        "notify_id": "2026113000222040000000001",
        "app_id": line.platform.app_id,
        "utc_timestamp": "1796000000000",
        "biz_content": '{"status":"OFFLINE"}',
        **more,
    }
    content = "&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()
    return encoded({**fields, "sign_type": "RSA2", "sign": line.platform.ours.sign(content)}, "utf-8")


async def test_a_notice_is_kept_once(line: Line) -> None:
    form = _notice(line)

    assert [await line.post(form) for _ in range(2)] == [(200, b"success")] * 2

    (row,) = await line.site.pool.fetch("select * from platform_notices")
    assert (row["channel"], row["method"]) == ("alipay", "alipay.open.auth.appstatus.changed")
    assert row["fields"]["biz_content"] == '{"status":"OFFLINE"}'
    assert "sign" not in row["fields"]


async def test_an_encrypted_notice_is_kept_open(sealed: Line) -> None:
    content = ContentCipher(KEY).encrypt('{"status":"OFFLINE"}')

    assert await sealed.post(_notice(sealed, biz_content=content, encrypt_type="AES")) == (200, b"success")

    assert (await sealed.site.pool.fetchval("select fields from platform_notices"))["biz_content"].startswith("{")


async def test_a_notice_for_another_app_is_refused(line: Line) -> None:
    status, _ = await line.post(_notice(line, app_id="2021999999999999"))

    assert status == 403
    assert await line.site.pool.fetchval("select count(*) from platform_notices") == 0


# what the platform hands out for the MediaId -> what is kept, or what the customer is told
MEDIA: dict[str, tuple[bytes, str]] = {
    "a picture": (PNG, ""),
    "a page": (b"<html><body>no</body></html>", "utter_reception_refused_kind"),
    "half a picture": (PNG[:40], "utter_reception_refused_broken"),
    "nothing": (b"", "utter_door_picture_unkept"),
    "an answer": (
        b'{"alipay_mobile_public_multimedia_download_response":{"code":"40004"}}',
        "utter_door_picture_unkept",
    ),
    "too much": (b"\x89PNG\r\n\x1a\n" + bytes(11 * 1024 * 1024), "utter_door_picture_unkept"),
}


@pytest.mark.parametrize("name", MEDIA)
async def test_a_picture_is_told_by_its_bytes(
    database: Pool, bus: Bus, database_url: str, tmp_path: Path, name: str
) -> None:
    content, told = MEDIA[name]
    platform = FakeAlipay()
    platform.start()
    platform.media["media-1"] = content
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    shelf = MediaShelf(database, SystemClock(), tmp_path, PHRASES)
    door = AlipayDoor(made.front, _account(platform), SystemClock(), PHRASES.say, media=shelf)
    async with open_site(database, made, door) as site:
        line = Line(site, platform)
        await line.send("image")
        await site.settled()

        lines = await site.lines(CONVERSATION)
    platform.stop()
    if told:
        assert [row["body"].get("attachment") for row in lines] == [None, None]
        assert lines[-1]["body"]["text"] == PHRASES.say(told)
    else:
        assert (lines[0]["body"]["attachment"]["mime"], lines[0]["body"]["attachment"]["size"]) == (
            "image/png",
            len(PNG),
        )


async def test_a_large_picture_is_read_to_its_end() -> None:
    platform = FakeAlipay()
    platform.start()
    platform.media["large"] = PNG + secrets.token_bytes(3_000_000)
    account = _account(platform)
    api = AlipayApi(account, Keys(account), SystemClock())

    content = await api.media("large")

    await api.close()
    platform.stop()
    assert content == platform.media["large"]


async def test_a_medium_that_is_gone_says_why() -> None:
    platform = FakeAlipay()
    platform.start()
    account = _account(platform)
    api = AlipayApi(account, Keys(account), SystemClock())

    with pytest.raises(ApiRefused) as caught:
        await api.media("gone")

    await api.close()
    platform.stop()
    assert (caught.value.answer, caught.value.sub_code) == ("40004", "MEDIA_NOT_EXIST")


_ANSWERS = {
    "by certificate": ('{"%s":{"code":"10000"},"alipay_cert_sn":"x","sign":"x"}', "certificate mode"),
    "encrypted": ('{"%s":"ILpoMowjIQjfYMR847rnFQ==","sign":"x"}', "not signed"),
    "a list": ('{"%s":[],"sign":"x"}', "not an object"),
    "cut": ('{"%s":{"code":"10000"', "not JSON"),
    "another method": ('{"alipay_other_response":{},"sign":"x"}', "none of this method"),
}


@pytest.mark.parametrize("name", _ANSWERS)
async def test_an_answer_that_cannot_be_trusted_is_none(name: str) -> None:
    shape, reason = _ANSWERS[name]
    text = shape.replace("%s", SEND.replace(".", "_") + "_response")

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text)

    app = web.Application()
    app.router.add_post("/gateway.do", answer)
    served = Served(app)
    served.start()
    account = AlipayAccount("1", Pair().private, Pair().public, f"{served.url}/gateway.do")
    api = AlipayApi(account, Keys(account), SystemClock())

    with pytest.raises(ApiUnreachable, match=reason):
        await api.call(SEND, {})

    await api.close()
    served.stop()


def _certificate_pem() -> str:
    """A certificate as the certificate mode has it, signed by itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Alipay")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def test_alipays_key_may_not_be_our_own() -> None:
    pair = Pair()

    with pytest.raises(SettingsError, match="the app's own public key"):
        Keys(AlipayAccount("1", pair.private, pair.public))


@pytest.mark.parametrize("bare", [False, True], ids=["pem", "base64"])
def test_the_certificate_mode_is_refused_by_name(bare: bool) -> None:
    pem = _certificate_pem()
    raw = "".join(pem.strip().splitlines()[1:-1]) if bare else pem

    with pytest.raises(SettingsError, match="ALIPAY_PUBLIC_KEY is a certificate"):
        Keys(AlipayAccount("1", Pair().private, raw))


def test_a_file_of_a_certificate_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="is a certificate"):
        Keys(AlipayAccount("1", Pair().private, "/etc/alipay/alipayCertPublicKey_RSA2.crt"))


def test_a_gateway_may_be_named() -> None:
    named = [gateway_of(name) for name in ("", "production", "sandbox", "Sandbox ", "https://proxy.local/gateway.do")]

    assert named == [GATEWAY, GATEWAY, SANDBOX, SANDBOX, "https://proxy.local/gateway.do"]


def _account(platform: FakeAlipay) -> AlipayAccount:
    names = ("ALIPAY_APP_ID", "ALIPAY_APP_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY", "ALIPAY_GATEWAY")
    return AlipayAccount(*(platform.settings[name] for name in names))
