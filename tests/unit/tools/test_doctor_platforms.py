"""What the doctor finds at the platforms and the action server: tokens, the gateway, the clock; and what it writes."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from tests.fakes.alipay import FakeAlipay, Pair
from tests.fakes.served import Served
from tests.fakes.wechat import FakeWeChat
from tests.unit.tools.test_doctor import REQUIRED, WECHAT, sentences_of_wrong
from tools.doctor import alipay, clocks, house, wechat
from tools.doctor.__main__ import local_address, main
from tools.doctor.finding import Grade


@pytest.fixture
def wechat_platform() -> Iterator[FakeWeChat]:
    platform = FakeWeChat()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def alipay_platform() -> Iterator[FakeAlipay]:
    platform = FakeAlipay()
    platform.start()
    yield platform
    platform.stop()


async def test_a_token_is_given(wechat_platform: FakeWeChat) -> None:
    (finding,) = await wechat.check_token(wechat_platform.settings)

    assert (finding.grade, finding.sentence) == (Grade.GOOD, "WeChat gives an access token.")


# an error code -> what is to be done
TOKEN_FAULTS = {
    40164: "add it there",
    40125: "WECHAT_APP_SECRET is wrong",
    40013: "is not an AppID",
    89503: "administrator's consent",
    45009: "used up",
    99999: "errcode 99999",
}


@pytest.mark.parametrize("code", TOKEN_FAULTS)
async def test_a_refused_token_says_what_to_do(wechat_platform: FakeWeChat, code: int) -> None:
    wechat_platform.token_trouble = code

    (sentence,) = sentences_of_wrong(await wechat.check_token(wechat_platform.settings))

    assert TOKEN_FAULTS[code] in sentence


@pytest.mark.parametrize("name", ["WECHAT_APP_SECRET", "WECHAT_APP_ID"])
async def test_a_wrong_secret_and_a_wrong_id_are_told(wechat_platform: FakeWeChat, name: str) -> None:
    (sentence,) = sentences_of_wrong(await wechat.check_token({**wechat_platform.settings, name: "wrong"}))

    assert name in sentence


async def _answering(text: str, status: int = 200) -> Served:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    served = Served(app)
    served.start()
    return served


@pytest.mark.parametrize(("text", "said"), [("<html>", "no JSON"), ("{}", "no access token"), ("[]", "HTTP 200")])
async def test_an_api_that_is_none_is_told(text: str, said: str) -> None:
    served = await _answering(text)

    (sentence,) = sentences_of_wrong(await wechat.check_token({**WECHAT, "WECHAT_API_BASE": served.url}))

    served.stop()
    assert said in sentence


async def test_an_api_that_nobody_answers_at_is_told() -> None:
    (sentence,) = sentences_of_wrong(await wechat.check_token({**WECHAT, "WECHAT_API_BASE": "http://127.0.0.1:9"}))

    assert "does not answer at http://127.0.0.1:9" in sentence


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "encrypted"])
@pytest.mark.parametrize("hung", [False, True], ids=["without a menu", "with a menu"])
async def test_a_gateway_that_takes_our_signature_is_good(
    alipay_platform: FakeAlipay, sealed: bool, hung: bool
) -> None:
    alipay_platform.aes_key = "aa4BtZ4tspm2wnXLb1ThQA==" if sealed else ""
    alipay_platform.menu = {"button": []} if hung else {}

    (finding,) = await alipay.check_gateway(alipay_platform.settings)

    assert finding.grade is Grade.GOOD
    assert "takes our signature" in finding.sentence


def _other_pair(_: FakeAlipay) -> dict[str, str]:
    return {"ALIPAY_APP_PRIVATE_KEY": Pair().private}


def _other_key(_: FakeAlipay) -> dict[str, str]:
    return {"ALIPAY_PUBLIC_KEY": Pair().public}


def _no_one(_: FakeAlipay) -> dict[str, str]:
    return {"ALIPAY_GATEWAY": "http://127.0.0.1:9/gateway.do"}


def _refusing(trouble: str) -> Callable[[FakeAlipay], dict[str, str]]:
    def refuse(platform: FakeAlipay) -> dict[str, str]:
        platform.trouble.append(trouble)
        return {}

    return refuse


GATEWAY_FAULTS: dict[str, tuple[Callable[[FakeAlipay], dict[str, str]], str]] = {
    "another pair": (_other_pair, "Alipay does not accept our signature: upload the 应用公钥"),
    "another key of theirs": (_other_key, "ALIPAY_PUBLIC_KEY does not verify it"),
    "nobody": (_no_one, "does not answer at http://127.0.0.1:9"),
    "an unknown app": (_refusing("40002 isv.invalid-app-id"), "does not know this ALIPAY_APP_ID"),
    "no permission": (_refusing("40006 isv.insufficient-isv-permissions"), "lacks the permission"),
    "no permission in other words": (_refusing("40006 something"), "lacks the permission"),
    "no encryption there": (_refusing("40002 isv.invalid-encrypt"), "unset ALIPAY_AES_KEY"),
    "another AES key": (_refusing("40002 isv.decryption-error-not-found"), "copy ALIPAY_AES_KEY"),
    "a wrong clock": (_refusing("40002 isv.invalid-timestamp"), "time server"),
    "something new": (_refusing("49999 isv.new"), "49999 isv.new"),
    "an outage": (_refusing("503"), "HTTP 503"),
}


@pytest.mark.parametrize("name", GATEWAY_FAULTS)
async def test_what_the_gateway_refuses_says_what_to_do(alipay_platform: FakeAlipay, name: str) -> None:
    prepare, said = GATEWAY_FAULTS[name]
    change = prepare(alipay_platform)

    (sentence,) = sentences_of_wrong(await alipay.check_gateway({**alipay_platform.settings, **change}))

    assert said in sentence


async def test_a_busy_gateway_is_a_note(alipay_platform: FakeAlipay) -> None:
    alipay_platform.trouble.append("20000 isp.unknow-error")

    (finding,) = await alipay.check_gateway(alipay_platform.settings)

    assert finding.grade is Grade.NOTE


@pytest.mark.parametrize(
    ("ahead", "grade", "said"),
    [
        (0, Grade.GOOD, "is WeChat's"),
        (55, Grade.GOOD, "is WeChat's"),
        (65, Grade.WRONG, "s ahead of WeChat's"),
        (-4000, Grade.WRONG, "s behind WeChat's"),
    ],
)
async def test_the_clock_is_compared_with_the_platforms(
    wechat_platform: FakeWeChat, ahead: int, grade: Grade, said: str
) -> None:
    (finding,) = await clocks.check_clock({}, {"WeChat": wechat_platform.url}, lambda: time.time() + ahead)

    assert finding.grade is grade
    assert said in finding.sentence


async def test_a_clock_that_nobody_can_tell_is_a_note() -> None:
    (finding,) = await clocks.check_clock({}, {"WeChat": "http://127.0.0.1:9"})

    assert finding.grade is Grade.NOTE


async def test_a_demo_clock_is_a_note() -> None:
    (finding,) = await clocks.check_clock({"GRIDTALK_CLOCK_FILE": "/tmp/clock.json"}, {})

    assert finding.grade is Grade.NOTE
    assert "demo" in finding.sentence


def test_the_exit_code_and_the_json_say_the_same(
    alipay_platform: FakeAlipay, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {**REQUIRED, **alipay_platform.settings, "MODEL_PATH": str(tmp_path / "none"), "BOT_PORT": "9"}
    environ |= {"DATABASE_URL": "postgresql://127.0.0.1:9/x", "REDIS_URL": "redis://127.0.0.1:9"}

    code = main(["--json"], environ)

    wire = json.loads(capsys.readouterr().out)
    found = {(one["check"], one["grade"]) for one in wire["findings"]}
    assert (code, wire["grade"]) == (1, "wrong")
    assert {("database", "wrong"), ("redis", "wrong"), ("model", "wrong"), ("address", "wrong")} <= found
    assert ("alipay", "good") in found


def test_no_secret_is_written(alipay_platform: FakeAlipay, capsys: pytest.CaptureFixture[str]) -> None:
    token = secrets.token_hex(8)
    environ = {**WECHAT, **alipay_platform.settings, "WECHAT_TOKEN": token, "WECHAT_API_BASE": "http://127.0.0.1:9"}
    environ["DATABASE_URL"] = "postgresql://bot:hunter2@127.0.0.1:9/x"

    assert main([], environ) == 1

    said = capsys.readouterr().out
    hidden = (token, "hunter2", environ["WECHAT_APP_SECRET"], environ["ALIPAY_APP_PRIVATE_KEY"])
    assert [secret for secret in hidden if secret in said] == []


def test_the_bots_own_port_is_tried_where_there_is_no_public_address() -> None:
    assert local_address({"BOT_HOST": "0.0.0.0", "BOT_PORT": "6005"}) == "http://127.0.0.1:6005"
    assert local_address({}) == "http://127.0.0.1:5005"


async def test_the_action_server_is_asked() -> None:
    well, ill = await _answering("{}"), await _answering("", 503)
    asked = [well.url + "/webhook", ill.url + "/webhook", "http://127.0.0.1:9/webhook", "nowhere"]

    found = await asyncio.to_thread(
        lambda: [next(house.check_actions({**REQUIRED, "ACTIONS_URL": url})) for url in asked]
    )

    well.stop()
    ill.stop()
    assert [one.grade for one in found] == [Grade.GOOD, Grade.WRONG, Grade.WRONG, Grade.WRONG]
    assert "HTTP 503" in found[1].sentence
    assert "does not answer at http://127.0.0.1:9" in found[2].sentence
