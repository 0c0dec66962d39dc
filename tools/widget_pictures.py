"""Takes the pictures of the chat in `docs/images/widget`: small, middle and wide, by day, by night and in elder mode.

python -m tools.widget_pictures [--out FOLDER]

It builds the widget if its sources changed and shows it with the canned conversation of `widget/dev/mock-server.mjs`:
nothing else need run, and nothing of a customer is in the pictures.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tests.fakes.chat_door import running_chat_door
from tests.fakes.host_page import HostPage, running_host_page
from tools import say
from tools.build_front_ends import PROJECT
from tools.walk_screen import open_browser

OUT = PROJECT / "docs" / "images" / "widget"
SCREENS = {"320": (320, 568), "390": (390, 844), "1280": (1280, 800)}
LOOKS = {"light": ("light", "elder=0"), "dark": ("dark", "elder=0"), "elder": ("light", "elder=1")}
# A phone's screen has few colours; so many keep it below 40 KB, the rare ones (a spark, a warning) among them.
_COLOURS, _KEEPS_RARE = 224, Image.Quantize.MAXCOVERAGE
_GREETING = 'data-greeting="您好，缴费、报修、查停电，点这里问我"'

Page = Any


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the screen, the query of the page, and what is done before it is taken."""

    name: str
    screen: tuple[int, int]
    scheme: str
    query: str
    scene: Callable[[Page], None]


def start(page: Page) -> None:
    """Waits for the greeting's buttons."""
    page.get_by_test_id("quick-reply").first.wait_for()


def bill(page: Page) -> None:
    """Asks for a bill and waits for its chart."""
    page.get_by_test_id("chat-input").fill("查电费")
    page.get_by_test_id("chat-send").click()
    page.get_by_test_id("chart").wait_for()
    page.get_by_test_id("quick-reply").nth(2).wait_for()


def agent(page: Page) -> None:
    """Asks for a person and waits until one writes."""
    page.get_by_test_id("chat-input").fill("转人工")
    page.get_by_test_id("chat-send").click()
    page.locator('[data-testid="message"][data-role="agent"]').first.wait_for()


def settings(page: Page) -> None:
    """Opens the settings."""
    page.get_by_test_id("settings-button").click()
    page.get_by_test_id("settings").wait_for()


def shots() -> list[Shot]:
    """Lists every picture of the page itself."""
    listed = [
        Shot(f"{width}-{look}-{scene.__name__}", screen, scheme, query, scene)
        for width, screen in SCREENS.items()
        for look, (scheme, query) in LOOKS.items()
        for scene in (start, bill)
    ]
    middle = SCREENS["390"]
    return [
        *listed,
        Shot("390-light-agent", middle, "light", "", agent),
        Shot("390-light-settings", middle, "light", "", settings),
        Shot("390-elder-settings", middle, "light", "elder=1", settings),
        Shot("390-zh-TW-start", middle, "light", "lang=zh-TW", start),
        Shot("390-en-start", middle, "light", "lang=en", start),
    ]


def main(arguments: Sequence[str]) -> None:
    """Takes the pictures; ends with one sentence when there is no browser or no node."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    out = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as opened:
            door = opened.enter_context(running_chat_door())
            host = opened.enter_context(running_host_page(door.url))
            browser = opened.enter_context(open_browser())
            for shot in shots():
                take(browser, door.url, shot, out)
            take_embedded(browser, host, out)
    except say.ToolError as error:
        say.stop(str(error))
    say.line(f"{len(list(out.glob('*.png')))} pictures in {out}")


def take(browser: Any, url: str, shot: Shot, out: Path) -> None:
    """Takes one picture of the page."""
    page = _page(browser, shot.screen, shot.scheme)
    page.goto(f"{url}/?{shot.query}")
    page.locator('[data-phase="online"]').wait_for()
    shot.scene(page)
    _keep(page, out / f"{shot.name}.png")
    page.context.close()


def take_embedded(browser: Any, host: HostPage, out: Path) -> None:
    """Takes the launcher with its greeting, and the panel it opens."""
    host.attributes = _GREETING
    page = _page(browser, SCREENS["1280"], "light")
    page.goto(host.url)
    page.locator(".greeting").wait_for()
    _keep(page, out / "1280-embed-closed.png")
    page.locator(".launcher").click()
    start(page.frame_locator("iframe"))
    _keep(page, out / "1280-embed-open.png")
    page.context.close()


def _page(browser: Any, screen: tuple[int, int], scheme: str) -> Page:
    width, height = screen
    is_phone = width < 600
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        is_mobile=is_phone,
        has_touch=is_phone,
    ).new_page()


def _keep(page: Page, path: Path) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    is_wide = picture.width > 600  # the soft ground around the chat would fall into steps
    few = picture if is_wide else picture.quantize(_COLOURS, method=_KEEPS_RARE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
