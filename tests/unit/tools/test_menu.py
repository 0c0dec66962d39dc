"""The menu: what it says is understood, what a platform would refuse is told before, what it takes arrives."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.fakes.alipay import FakeAlipay
from tests.fakes.wechat import FakeWeChat
from tools.menu.__main__ import main
from tools.menu.entries import MENU, PLATFORMS, PROJECT, read_menu, sentences
from tools.menu.wire import WRITERS, faults

PUBLIC = {"PUBLIC_URL": "https://chat.example.com/"}
_ANNOTATED = re.compile(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})")


@pytest.fixture
def wechat() -> Iterator[FakeWeChat]:
    platform = FakeWeChat()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def alipay() -> Iterator[FakeAlipay]:
    platform = FakeAlipay()
    platform.start()
    yield platform
    platform.stop()


def _taught() -> dict[str, set[str]]:
    """Every sentence the understanding is taught, with its intents."""
    taught: dict[str, set[str]] = defaultdict(set)
    for file in (PROJECT / "data" / "nlu").glob("*.yml"):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines() if "intent" in block else ():
                taught[_ANNOTATED.sub(r"\1", line[2:].strip())].add(block["intent"])
    return taught


def test_the_bot_understands_what_each_entry_says() -> None:
    taught, said = _taught(), list(sentences(read_menu(MENU, PUBLIC)))

    assert len(said) > 10
    assert {sentence: taught[sentence] for sentence in said if len(taught[sentence]) != 1} == {}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_menu_fits_the_platform(platform: str) -> None:
    assert faults(read_menu(MENU, PUBLIC), platform) == []


def _written(tmp_path: Path, *entries: object) -> Path:
    file = tmp_path / "menu.yml"
    file.write_text(yaml.safe_dump({"menu": list(entries)}, allow_unicode=True), encoding="utf-8")
    return file


def _below(*entries: object) -> dict[str, object]:
    return {"label": "电费", "entries": list(entries)}


SAY = {"label": "查电费", "say": "查电费"}
# entries of the first level -> platform, what is said about them
TOO_MUCH = {
    "four branches": ([SAY] * 4, "wechat", "takes 1 to 3 entries on the first level, not 4"),
    "five branches": ([SAY] * 5, "alipay", "takes 1 to 4 entries on the first level, not 5"),
    "six entries": ([_below(*[SAY] * 6)], "wechat", "takes 5 entries below '电费', not 6"),
    "a long branch at wechat": ([{"label": "查电费交电费", "say": "x"}], "wechat", "takes 16 bytes as the label"),
    "a long branch at alipay": (
        [{"label": "查电费交", "say": "x"}, {"label": "查电费交费", "say": "x"}],
        "alipay",
        "takes 4",
    ),
    "a long entry at wechat": ([_below({"label": "查" * 21, "say": "x"})], "wechat", "takes 60 bytes"),
    "a long entry at alipay": ([_below({"label": "查" * 13, "say": "x"})], "alipay", "takes 12 Chinese characters"),
    "a long key": ([_below({"label": "查", "say": "查" * 43})], "wechat", "takes 128 bytes as what '查' says"),
    "a colon": ([_below({"label": "查", "say": "查:电费"})], "alipay", "takes no ':'"),
    "a third level": ([_below(_below(SAY))], "wechat", "opens a third"),
    "a phone at wechat": ([_below({"label": "电话", "phone": "95598"})], "wechat", "needs `say` or `link`"),
    "a phone of letters": ([_below({"label": "电话", "phone": "call us"})], "alipay", "can dial digits only"),
    "a script as a link": ([_below({"label": "页", "link": "javascript:1"})], "wechat", "that begins with https://"),
    "a mini-program without a page for old telephones": (
        [_below({"label": "页", "mini_program": {"wechat": {"app_id": "wx1", "path": "a"}}})],
        "wechat",
        "needs a `link`",
    ),
    "nothing for one platform": (
        [{**SAY, "only": ["alipay"]}],
        "wechat",
        "takes 1 to 3 entries on the first level, not 0",
    ),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_a_platform_refuses_is_told(tmp_path: Path, name: str) -> None:
    entries, platform, said = TOO_MUCH[name]

    found = faults(read_menu(_written(tmp_path, *entries), {}), platform)

    assert len(found) == 1
    assert said in found[0]


# a file -> what is said
DAMAGED = {
    "not yaml": ("menu: [", "does not read as a menu"),
    "no menu": ("meal: []", "does not read as a menu"),
    "nothing": ("menu: []", "must be a list"),
    "no label": ("menu: [{say: x}]", "has no label"),
    "nothing to do": ("menu: [{label: x}]", "must do one thing"),
    "two things": ("menu: [{label: x, say: x, entries: [{label: y, say: y}]}]", "must do one thing"),
    "an unknown field": ("menu: [{label: x, shout: x}]", "has a field that nobody reads: shout"),
    "an unknown platform": ("menu: [{label: x, say: x, only: [qq]}]", "names wechat or alipay"),
    "half a mini-program": ("menu: [{label: x, mini_program: {wechat: {path: a}}}]", "an `app_id` and a `path`"),
    "a blank": ("menu: [{label: x, link: '${PUBLIC_URL}/'}]", "needs PUBLIC_URL, which is not set"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_told_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    text, said = DAMAGED[name]
    file = tmp_path / "menu.yml"
    file.write_text(text, encoding="utf-8")

    assert main(["check", "--file", str(file)], {}) == 1

    assert said in capsys.readouterr().err


def test_a_mini_program_opens_on_both(tmp_path: Path) -> None:
    programs = {"wechat": {"app_id": "wx1", "path": "pages/a"}, "alipay": {"app_id": "2021", "path": "pages/a?x=1"}}
    entry = {"label": "办事", "link": "https://a.example.com/", "mini_program": programs}
    menu = read_menu(_written(tmp_path, _below(entry)), {})

    (wechat,) = WRITERS["wechat"](menu)["button"][0]["sub_button"]
    (alipay,) = WRITERS["alipay"](menu)["button"][0]["sub_button"]

    assert wechat["type"] == "miniprogram"
    assert (wechat["appid"], wechat["pagepath"], wechat["url"]) == ("wx1", "pages/a", "https://a.example.com/")
    assert alipay["action_param"] == "alipays://platformapi/startapp?appId=2021&page=pages%2Fa%3Fx%3D1"
    assert faults(menu, "wechat") == faults(menu, "alipay") == []


def test_show_writes_what_the_platform_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "wechat"], PUBLIC) == 0

    shown = json.loads(capsys.readouterr().out)
    assert shown["button"][0]["sub_button"][0] == {"type": "click", "name": "查电费", "key": "查电费"}


def test_publishing_at_wechat(wechat: FakeWeChat) -> None:
    assert main(["publish", "wechat"], {**PUBLIC, **wechat.settings}) == 0

    assert wechat.menu == WRITERS["wechat"](read_menu(MENU, PUBLIC))


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "encrypted"])
def test_publishing_at_alipay_makes_a_menu_and_then_changes_it(
    alipay: FakeAlipay, tmp_path: Path, capsys: pytest.CaptureFixture[str], sealed: bool
) -> None:
    alipay.aes_key = "aa4BtZ4tspm2wnXLb1ThQA==" if sealed else ""

    assert main(["publish", "alipay", "--file", str(_written(tmp_path, _below(SAY)))], alipay.settings) == 0
    assert "created" in capsys.readouterr().err
    assert main(["publish", "alipay"], {**PUBLIC, **alipay.settings}) == 0
    assert "changed" in capsys.readouterr().err

    assert alipay.menu == WRITERS["alipay"](read_menu(MENU, PUBLIC))


def test_a_refused_menu_is_told_with_what_to_do(wechat: FakeWeChat, capsys: pytest.CaptureFixture[str]) -> None:
    wechat.token_trouble = 40164

    assert main(["publish", "wechat"], {**PUBLIC, **wechat.settings}) == 1

    assert "IP白名单" in capsys.readouterr().err
    assert wechat.menu == {}


def test_a_menu_that_alipay_refuses_is_not_tried_twice(alipay: FakeAlipay, capsys: pytest.CaptureFixture[str]) -> None:
    alipay.trouble.append("40006 isv.insufficient-isv-permissions")

    assert main(["publish", "alipay"], {**PUBLIC, **alipay.settings}) == 1

    assert "40006 isv.insufficient-isv-permissions" in capsys.readouterr().err
    assert alipay.calls == 1


@pytest.mark.parametrize("platform", PLATFORMS)
def test_publishing_needs_the_settings_of_the_account(platform: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", platform], PUBLIC) == 1

    assert f"{platform.upper()}_APP_ID is not set" in capsys.readouterr().err


def test_a_platform_that_does_not_answer_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    platform = FakeWeChat()
    platform.start()
    platform.stop()

    assert main(["publish", "wechat"], {**PUBLIC, **platform.settings}) == 1

    assert "WeChat does not answer" in capsys.readouterr().err
