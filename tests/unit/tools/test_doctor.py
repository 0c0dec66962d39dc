"""What the doctor finds in settings, keys, clock, model and folders, and at the fakes of the platforms."""

from __future__ import annotations

import asyncio
import json
import secrets
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from aiohttp import web

from tests.fakes.alipay import FakeAlipay, Pair
from tests.fakes.served import Served
from tests.fakes.wechat import FakeWeChat
from tools.doctor import alipay, alipay_keys, clocks, house, wechat
from tools.doctor.__main__ import local_address, main
from tools.doctor.finding import Finding, Grade

REQUIRED = {"DATABASE_URL": "postgresql://x", "REDIS_URL": "redis://x", "MODEL_PATH": "m", "WEB_TOKEN_SECRET": "s" * 32}
_OURS, _THEIRS = Pair(), Pair()
_PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
WECHAT = {
    "WECHAT_APP_ID": "wx0123456789abcdef",
    "WECHAT_APP_SECRET": "0" * 32,
    "WECHAT_TOKEN": "gridtalk",
    "WECHAT_ENCODING_AES_KEY": "a" * 42 + "A",
}
ALIPAY = {
    "ALIPAY_APP_ID": "2021000000000001",
    "ALIPAY_APP_PRIVATE_KEY": _OURS.private,
    "ALIPAY_PUBLIC_KEY": _THEIRS.public,
}


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


def _wrong(findings: Iterator[Finding] | list[Finding]) -> list[str]:
    return [one.sentence for one in findings if one.grade is Grade.WRONG]


def _without(settings: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in settings.items() if name not in names}


# what is changed of the good settings -> what is wrong
SETTINGS: dict[str, tuple[dict[str, str], str]] = {
    "a missing one": ({"REDIS_URL": ""}, "REDIS_URL is not set"),
    "one of another type": ({"BOT_PORT": "five"}, "BOT_PORT must be of type int"),
    "a short secret": ({"WEB_TOKEN_SECRET": "short"}, "WEB_TOKEN_SECRET has 5 characters"),
    "hours": ({"HUMAN_HOURS": "all day"}, "HUMAN_HOURS 'all day' does not read"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_wrong_setting_of_the_house_is_named(name: str) -> None:
    change, said = SETTINGS[name]

    (sentence,) = _wrong(house.check_settings({**REQUIRED, **change}))

    assert said in sentence


def test_every_wrong_setting_is_named_at_once() -> None:
    found = _wrong(house.check_settings({"DATABASE_URL": "x", "BOT_PORT": "x", "REPLY_DEADLINE_S": "soon"}))

    named = {sentence.split()[0] for sentence in found}
    assert named == {"REDIS_URL", "WEB_TOKEN_SECRET", "MODEL_PATH", "BOT_PORT", "REPLY_DEADLINE_S"}


def test_good_settings_are_good() -> None:
    assert [one.grade for one in house.check_settings(REQUIRED)] == [Grade.GOOD]


def test_a_machine_of_make_run_is_told_from_one_without_settings() -> None:
    (finding,) = house.check_settings({})

    assert finding.grade is Grade.NOTE
    assert "make run" in finding.sentence


ADDRESSES = {
    "": (Grade.NOTE, "PUBLIC_URL is not set"),
    "chat.example.com": (Grade.WRONG, "is no address"),
    "https://chat.example.com/bot": (Grade.WRONG, "without a path"),
    "https://chat.example.com:8443": (Grade.WRONG, "port 8443"),
    "http://chat.example.com": (Grade.NOTE, "plain http"),
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_the_public_address_is_looked_at(url: str) -> None:
    grade, said = ADDRESSES[url]

    (finding,) = house.check_public_address({"PUBLIC_URL": url})

    assert finding.grade is grade
    assert said in finding.sentence


def test_a_good_public_address_is_nothing_to_speak_of() -> None:
    assert list(house.check_public_address({"PUBLIC_URL": "https://chat.example.com/"})) == []


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


WANTED = Path("/models/gridtalk-abc.tar.gz")


def _model(folder: Path, name: str) -> dict[str, str]:
    path = folder / name
    with tarfile.open(path, "w:gz") as archive:
        archive.add(__file__, "metadata.json")
    return {"MODEL_PATH": str(path)}


def test_a_model_of_the_present_sources_is_good(tmp_path: Path) -> None:
    (finding,) = house.check_model(_model(tmp_path, WANTED.name), WANTED)

    assert finding.grade is Grade.GOOD


def test_a_missing_a_broken_and_an_old_model_are_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_text("no archive")

    found = [
        _wrong(house.check_model({"MODEL_PATH": str(tmp_path / "none")}, WANTED)),
        _wrong(house.check_model({"MODEL_PATH": str(broken)}, WANTED)),
        _wrong(house.check_model(_model(tmp_path, "gridtalk-old.tar.gz"), WANTED)),
        _wrong(house.check_model({}, WANTED)),
    ]

    assert ["There is no model" in found[0][0], "is no model" in found[1][0]] == [True, True]
    assert "gridtalk-old.tar.gz was not made from the sources here" in found[2][0]
    assert "There is no model at /models" in found[3][0]


def test_a_folder_that_takes_no_pictures_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    (sentence,) = _wrong(house.check_media({"MEDIA_DIR": str(file / "media")}))

    assert "Nothing can be written to" in sentence
    assert "MEDIA_DIR" in sentence


def test_a_folder_that_is_still_to_be_made_is_good(tmp_path: Path) -> None:
    assert _wrong(house.check_media({"MEDIA_DIR": str(tmp_path / "new" / "media")})) == []
    assert list(tmp_path.iterdir()) == []


# what is changed of the good settings -> what is wrong
WECHAT_FAULTS: dict[str, tuple[dict[str, str], str]] = {
    "half set": ({"WECHAT_APP_SECRET": "", "WECHAT_TOKEN": ""}, "set WECHAT_APP_SECRET, WECHAT_TOKEN too"),
    "the account's name": ({"WECHAT_APP_ID": "gh_0123456789"}, "'gh_012...' is no AppID"),
    "a cut secret": ({"WECHAT_APP_SECRET": "0" * 31}, "this has 31 signs"),
    "a short token": ({"WECHAT_TOKEN": "ab"}, "3 to 32 letters and digits"),
    "a long token": ({"WECHAT_TOKEN": "a" * 33}, "3 to 32 letters and digits"),
    "a token with a sign": ({"WECHAT_TOKEN": "grid-talk"}, "3 to 32 letters and digits"),
    "a cut key": ({"WECHAT_ENCODING_AES_KEY": "a" * 42}, "43 letters and digits of the account's page, and has 42"),
    "a key of signs": ({"WECHAT_ENCODING_AES_KEY": "*" * 43}, "43 letters and digits"),
    "no address": ({"WECHAT_API_BASE": "api.weixin.qq.com"}, "WECHAT_API_BASE 'api.weixin.qq.com' is no address"),
}


@pytest.mark.parametrize("name", WECHAT_FAULTS)
def test_a_wrong_setting_of_the_wechat_door_is_named(name: str) -> None:
    change, said = WECHAT_FAULTS[name]

    (sentence,) = _wrong(wechat.check_settings({**WECHAT, **change}))

    assert said in sentence


def test_good_settings_of_the_wechat_door_are_nothing_to_speak_of() -> None:
    assert list(wechat.check_settings(WECHAT)) == []


@pytest.mark.parametrize("door", [wechat, alipay_keys], ids=["wechat", "alipay"])
def test_a_closed_door_is_a_note(door: object) -> None:
    (finding,) = door.check_settings({})

    assert finding.grade is Grade.NOTE
    assert "is closed" in finding.sentence


def test_plain_mode_is_a_note() -> None:
    (finding,) = wechat.check_settings(_without(WECHAT, "WECHAT_ENCODING_AES_KEY"))

    assert finding.grade is Grade.NOTE
    assert "安全模式" in finding.sentence


# what is changed of the good settings -> what is wrong
ALIPAY_FAULTS: dict[str, tuple[dict[str, str], str]] = {
    "half set": ({"ALIPAY_PUBLIC_KEY": ""}, "set ALIPAY_PUBLIC_KEY too"),
    "only an AES key": (
        {**dict.fromkeys(ALIPAY, ""), "ALIPAY_AES_KEY": "aa4BtZ4tspm2wnXLb1ThQA=="},
        "set ALIPAY_APP_ID, ALIPAY_APP_PRIVATE_KEY, ALIPAY_PUBLIC_KEY too",
    ),
    "an id of letters": ({"ALIPAY_APP_ID": "wx12345678"}, "is no APPID: it has 16 digits"),
    "a cut private key": ({"ALIPAY_APP_PRIVATE_KEY": _OURS.private[:-40]}, "ALIPAY_APP_PRIVATE_KEY is no RSA key"),
    "a public key as the private one": ({"ALIPAY_APP_PRIVATE_KEY": _OURS.public}, "holds a public key"),
    "a private key as the public one": ({"ALIPAY_PUBLIC_KEY": _THEIRS.private}, "holds a private key"),
    "a word as a key": ({"ALIPAY_PUBLIC_KEY": "secret"}, "ALIPAY_PUBLIC_KEY is no RSA key"),
    "our own public key": ({"ALIPAY_PUBLIC_KEY": _OURS.public}, "the app's own public key: copy 支付宝公钥"),
    "a certificate": ({"ALIPAY_PUBLIC_KEY": _PEM}, "ALIPAY_PUBLIC_KEY is a certificate"),
    "a file of a certificate": ({"ALIPAY_PUBLIC_KEY": "/keys/alipay.crt"}, "ALIPAY_PUBLIC_KEY is a certificate"),
    "a short AES key": ({"ALIPAY_AES_KEY": "AAAA"}, "ALIPAY_AES_KEY is not 16 bytes"),
    "a template without a page": ({"ALIPAY_TEMPLATE_REPLY": "abc"}, "needs ALIPAY_TEMPLATE_URL"),
    "no gateway": ({"ALIPAY_GATEWAY": "sandbx"}, "ALIPAY_GATEWAY 'sandbx' is no address"),
}


@pytest.mark.parametrize("name", ALIPAY_FAULTS)
def test_a_wrong_setting_of_the_alipay_door_is_named(name: str) -> None:
    change, said = ALIPAY_FAULTS[name]

    (sentence,) = _wrong(alipay_keys.check_settings({**ALIPAY, **change}))

    assert said in sentence


def test_a_key_that_is_too_short_for_rsa2_is_told() -> None:
    (sentence,) = _wrong(alipay_keys.check_settings({**ALIPAY, "ALIPAY_APP_PRIVATE_KEY": Pair(1024).private}))

    assert "has 1024 bits" in sentence


def test_the_pair_of_our_private_key_is_shown_to_be_compared() -> None:
    (finding,) = alipay_keys.check_settings(ALIPAY)

    assert finding.grade is Grade.NOTE
    assert finding.sentence.endswith(_OURS.public)


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

    (sentence,) = _wrong(await wechat.check_token(wechat_platform.settings))

    assert TOKEN_FAULTS[code] in sentence


@pytest.mark.parametrize("name", ["WECHAT_APP_SECRET", "WECHAT_APP_ID"])
async def test_a_wrong_secret_and_a_wrong_id_are_told(wechat_platform: FakeWeChat, name: str) -> None:
    (sentence,) = _wrong(await wechat.check_token({**wechat_platform.settings, name: "wrong"}))

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

    (sentence,) = _wrong(await wechat.check_token({**WECHAT, "WECHAT_API_BASE": served.url}))

    served.stop()
    assert said in sentence


async def test_an_api_that_nobody_answers_at_is_told() -> None:
    (sentence,) = _wrong(await wechat.check_token({**WECHAT, "WECHAT_API_BASE": "http://127.0.0.1:9"}))

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

    (sentence,) = _wrong(await alipay.check_gateway({**alipay_platform.settings, **change}))

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
