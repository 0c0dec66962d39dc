"""A second opinion on Alipay: an SDK on another cryptographic library reads what we sign, and we read what it signs.

The SDK (python-alipay-sdk, 84 KB; Alipay's own takes 389 MB) knows the open API and its notices, and nothing of the
gateway: what a gateway signs is proved by a check that Alipay itself signed in 2022, published with its public key.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
import pytest_asyncio
from alipay import AliPay
from alipay.exceptions import AliPayValidationError

from connectors.alipay.account import AlipayAccount
from connectors.alipay.api import AlipayApi
from connectors.alipay.keys import Keys, signed_content
from runtime.clock import SystemClock
from tests.channel.test_alipay_door import Line, line
from tests.fakes.alipay import FakeAlipay, encoded

__all__ = ["line"]

SEND = "alipay.open.public.message.custom.send"
CONTENT = {"to_user_id": "2088000000000001", "msg_type": "text", "text": {"content": "电费 190.20 元 & <b>+=%"}}

CHECK = {
    "charset": "GBK",
    "service": "alipay.service.check",
    "sign_type": "RSA2",
    "biz_content": (
        '<?xml version="1.0" encoding="gbk"?><XML><AppId><![CDATA[2021003129685128]]></AppId><FromUserId></FromUserId>'
        "<CreateTime><![CDATA[1654770821143]]></CreateTime><MsgType><![CDATA[event]]></MsgType>"
        "<EventType><![CDATA[verifygw]]></EventType><ActionParam></ActionParam><AgreementId></AgreementId>"
        "<AccountNo></AccountNo></XML>"
    ),
}
CHECK_SIGN = (
    "iNHwkxtO8plxfP869wTttTWvJltVFPxkogzt+rI0UUBHlBNwGWppSYqgx6g+WpDn19yoR6S+D9/7+qtw///2dsd3NnNk3ifMhalhZBu2rE3IkgkVc9dD"
    "ZO0vC6lUsiTmevP5vH77P8ZfkyWBKT1F4fh0B7a5v3YXpl2R9tQLxmKT+GdkbOU6p4W5gtLriyTkFWgichOicM98MNx2WGGuivrT17VGYyAzDAx/ivnh"
    "m4hq7aGza8tMuw3qxu1YL09oLiV8S2lfo2eW2dQTJHW29aAO4Q6LZFLmt0Xnd0q3o1dnS63gcRiYOQZP+cX1h7duPgLSBqsVc98bWbc4WPi6MA=="
)
CHECK_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAteldmKofhixA/hC/TA7phEslZtMU0awQh87p/S2trJJDxM0ou0tjP/uW4jraOLrl4luOQbUb"
    "AiOR5S8nOEN8XuDjNau9rkvlPwPFk1wnEybmZFLfzX6DdNe6/FcRLUYmcfIUjsfXg+NcCAoKy1fQPUIN/pnV4ALCADbEFmr7aKuo604VbcublvtrLQBj"
    "nOsRtHeVmnvNPJ2e9hZoQ0HwDK1kpXeY7oPDDaEnpO+p1c5RxkLBGuZmdzi4rqToSN5LSoYP8/fnfIjoRMa1VP7CXfplsu23WzCQ+JypTOXaWVc0Uriw"
    "DJDZP2ZDnCbP7XNiI6ehAeI/XJe+bjqogZrEPQIDAQAB"
)


def pem(kind: str, bare: str) -> str:
    return f"-----BEGIN {kind}-----\n{bare}\n-----END {kind}-----"


@pytest.fixture(scope="module")
def platform() -> FakeAlipay:
    return FakeAlipay()


@pytest.fixture
def sdk_of_app(platform: FakeAlipay) -> AliPay:
    """The SDK in our place: it signs with the app's key and verifies with Alipay's."""
    keys = (pem("PRIVATE KEY", platform.app.private), pem("PUBLIC KEY", platform.ours.public))
    return AliPay(platform.app_id, app_private_key_string=keys[0], alipay_public_key_string=keys[1])


@pytest.fixture
def sdk_of_alipay(platform: FakeAlipay) -> AliPay:
    """The SDK in Alipay's place: it signs with Alipay's key and verifies with the app's."""
    keys = (pem("PRIVATE KEY", platform.ours.private), pem("PUBLIC KEY", platform.app.public))
    return AliPay(platform.app_id, app_private_key_string=keys[0], alipay_public_key_string=keys[1])


def account(platform: FakeAlipay, **changes: str) -> AlipayAccount:
    fields = {"alipay_public_key": platform.ours.public, "gateway": platform.settings["ALIPAY_GATEWAY"], **changes}
    return AlipayAccount(app_id=platform.app_id, private_key=platform.app.private, **fields)


@pytest_asyncio.fixture
async def served(platform: FakeAlipay) -> AsyncIterator[FakeAlipay]:
    made = FakeAlipay()
    made.ours, made.app = platform.ours, platform.app
    made.start()
    yield made
    made.stop()


def test_a_check_that_alipay_signed_verifies_with_its_sign_type_and_only_so(platform: FakeAlipay) -> None:
    keys = Keys(account(platform, alipay_public_key=CHECK_KEY))

    assert keys.verifies(signed_content(CHECK).encode("gbk"), CHECK_SIGN)
    without = frozenset({"sign", "sign_type"})
    assert not keys.verifies(signed_content(CHECK, without=without).encode("gbk"), CHECK_SIGN)


def test_the_sdk_agrees_on_the_check_that_alipay_signed(platform: FakeAlipay) -> None:
    key = pem("PUBLIC KEY", CHECK_KEY)
    sdk = AliPay("1", app_private_key_string=pem("PRIVATE KEY", platform.app.private), alipay_public_key_string=key)

    assert sdk._verify(signed_content(CHECK), CHECK_SIGN)


async def test_the_sdk_verifies_every_call_of_ours(sdk_of_alipay: AliPay, served: FakeAlipay) -> None:
    seen: list[dict[str, str]] = []
    checked = served._wrong

    def noting(form: Any) -> str:
        seen.append(dict(form))
        return checked(form)

    served._wrong = noting  # type: ignore[method-assign]
    api = AlipayApi(account(served), Keys(account(served)), SystemClock())
    await api.call(SEND, CONTENT)
    await api.close()

    (form,) = seen
    sign = form.pop("sign")
    assert sdk_of_alipay._verify("&".join(f"{name}={form[name]}" for name in sorted(form)), sign)
    assert json.loads(form["biz_content"]) == CONTENT


async def test_the_fake_gateway_takes_what_the_sdk_signs_and_it_believes_the_answer(
    sdk_of_app: AliPay, served: FakeAlipay
) -> None:
    query = sdk_of_app.client_api(SEND, dict(CONTENT), format="json")

    async with aiohttp.ClientSession() as http:
        form = dict(parse_qsl(query, keep_blank_values=True))
        async with http.post(served.settings["ALIPAY_GATEWAY"], data=form) as answer:
            raw = await answer.text()

    name = SEND.replace(".", "_") + "_response"
    assert sdk_of_app._verify_and_return_sync_response(raw, name) == {"code": "10000", "msg": "Success"}
    assert served.texts("2088000000000001") == [CONTENT["text"]["content"]]  # type: ignore[index]
    with pytest.raises(AliPayValidationError):
        sdk_of_app._verify_and_return_sync_response(raw.replace("Success", "Succes5"), name)


async def test_we_believe_what_the_sdk_signs_as_alipay(sdk_of_alipay: AliPay, platform: FakeAlipay) -> None:
    keys = Keys(account(platform))

    signed = dict(parse_qsl(sdk_of_alipay.client_api(SEND, dict(CONTENT))))

    assert keys.verifies(signed_content(signed).encode(), signed["sign"])
    assert not keys.verifies(signed_content({**signed, "version": "1.1"}).encode(), signed["sign"])


async def test_the_sdk_verifies_our_acknowledgement(line: Line) -> None:
    sdk = AliPay(
        line.platform.app_id,
        app_private_key_string=pem("PRIVATE KEY", line.platform.ours.private),
        alipay_public_key_string=pem("PUBLIC KEY", line.platform.app.public),
    )

    _, body = await line.post(line.form("text"))

    text = body.decode("gbk")
    response = text.partition("<response>")[2].partition("</response>")[0]
    sign = text.partition("<sign>")[2].partition("</sign>")[0]
    assert "<![CDATA[ack]]>" in response
    assert sdk._verify(response, sign)


async def test_a_notice_that_the_sdk_signs_is_taken(line: Line) -> None:
    sdk = AliPay(
        line.platform.app_id,
        app_private_key_string=pem("PRIVATE KEY", line.platform.ours.private),
        alipay_public_key_string=pem("PUBLIC KEY", line.platform.ours.public),
    )
    fields = {"charset": "utf-8", "msg_method": "alipay.open.x", "notify_id": "1", "biz_content": '{"a":"电"}'}
    sign = sdk._sign("&".join(f"{name}={value}" for name, value in sorted(fields.items())))

    assert sdk.verify({**fields, "sign_type": "RSA2"}, sign)
    assert await line.post(encoded({**fields, "sign_type": "RSA2", "sign": sign}, "utf-8")) == (200, b"success")
