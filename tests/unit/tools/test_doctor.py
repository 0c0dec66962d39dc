"""What the doctor finds in settings, keys, the model and folders, without calling anybody."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.fakes.alipay import Pair
from tools.doctor import alipay_keys, house, wechat
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


def sentences_of_wrong(findings: Iterator[Finding] | list[Finding]) -> list[str]:
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

    (sentence,) = sentences_of_wrong(house.check_settings({**REQUIRED, **change}))

    assert said in sentence


def test_every_wrong_setting_is_named_at_once() -> None:
    found = sentences_of_wrong(house.check_settings({"DATABASE_URL": "x", "BOT_PORT": "x", "REPLY_DEADLINE_S": "soon"}))

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
        sentences_of_wrong(house.check_model({"MODEL_PATH": str(tmp_path / "none")}, WANTED)),
        sentences_of_wrong(house.check_model({"MODEL_PATH": str(broken)}, WANTED)),
        sentences_of_wrong(house.check_model(_model(tmp_path, "gridtalk-old.tar.gz"), WANTED)),
        sentences_of_wrong(house.check_model({}, WANTED)),
    ]

    assert ["There is no model" in found[0][0], "is no model" in found[1][0]] == [True, True]
    assert "gridtalk-old.tar.gz was not made from the sources here" in found[2][0]
    assert "There is no model at /models" in found[3][0]


def test_a_folder_that_takes_no_pictures_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    (sentence,) = sentences_of_wrong(house.check_media({"MEDIA_DIR": str(file / "media")}))

    assert "Nothing can be written to" in sentence
    assert "MEDIA_DIR" in sentence


def test_a_folder_that_is_still_to_be_made_is_good(tmp_path: Path) -> None:
    assert sentences_of_wrong(house.check_media({"MEDIA_DIR": str(tmp_path / "new" / "media")})) == []
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

    (sentence,) = sentences_of_wrong(wechat.check_settings({**WECHAT, **change}))

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

    (sentence,) = sentences_of_wrong(alipay_keys.check_settings({**ALIPAY, **change}))

    assert said in sentence


def test_a_key_that_is_too_short_for_rsa2_is_told() -> None:
    (sentence,) = sentences_of_wrong(
        alipay_keys.check_settings({**ALIPAY, "ALIPAY_APP_PRIVATE_KEY": Pair(1024).private})
    )

    assert "has 1024 bits" in sentence


def test_the_pair_of_our_private_key_is_shown_to_be_compared() -> None:
    (finding,) = alipay_keys.check_settings(ALIPAY)

    assert finding.grade is Grade.NOTE
    assert finding.sentence.endswith(_OURS.public)
