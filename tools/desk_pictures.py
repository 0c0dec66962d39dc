"""Takes the pictures of the desk in `docs/images/desk`: each screen at three sizes, by day, by night, in English.

python -m tools.desk_pictures [--out FOLDER] [-k NAME]

It starts a console of its own (real process, real stores), writes the invented hour of `tools/desk_scene.yml` into it
and looks at it in a browser: nothing else need run, and nothing of a customer is in the pictures.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tools import build_front_ends, say
from tools.desk_scene import Scene, furnish
from tools.stack import Stack
from tools.walk_screen import open_browser

OUT = build_front_ends.PROJECT / "docs" / "images" / "desk"
SCREENS = {"1280": (1280, 720), "1440": (1440, 900), "1920": (1920, 1080)}
_COLOURS = 256

Page = Any
Act = Callable[[Page, Scene], None]


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the screen, what the browser remembers, and what is done before it is taken."""

    name: str
    width: str
    act: Act
    kept: tuple[tuple[str, str], ...] = ()
    who: str = "agent"


def login(page: Page, _: Scene) -> None:
    """Before anybody is in."""
    page.get_by_test_id("login-username").wait_for()


def queue(page: Page, _: Scene) -> None:
    """Who waits."""
    page.get_by_test_id("queue-item").first.wait_for()


def chats(page: Page, scene: Scene) -> None:
    """Twelve chats at once, the richest open."""
    page.get_by_test_id("tab-mine").click()
    page.locator(f'[data-testid="conversation-item"][data-conversation="{scene.richest}"]').click()
    page.get_by_test_id("takeover-card").wait_for()
    page.get_by_test_id("desk-message").last.wait_for()


def drafts(page: Page, scene: Scene) -> None:
    """Something typed in one chat, another one open, the longest waits first."""
    chats(page, scene)
    page.get_by_test_id("reply-input").fill("更正一般三到五个工作日，")
    page.locator(f'[data-testid="conversation-item"][data-conversation="{scene.served[7]}"]').click()
    page.get_by_test_id("draft-mark").wait_for()
    page.get_by_test_id("sort-menu").click()
    page.get_by_text("等待最久在前").click()


def history(page: Page, scene: Scene) -> None:
    """What the person said at another door before."""
    chats(page, scene)
    # A pointer would scroll there first, which reads the past by itself and takes the button away.
    page.get_by_test_id("earlier").evaluate("button => button.click()")
    page.get_by_test_id("past-lines").wait_for()
    page.get_by_test_id("past-lines").evaluate("box => box.scrollIntoView({block: 'start'})")


def search(page: Page, scene: Scene) -> None:
    """A line looked for and found."""
    chats(page, scene)
    page.keyboard.press("Alt+s")
    page.get_by_test_id("chat-search-input").fill("8890")
    page.keyboard.press("Enter")
    page.get_by_test_id("chat-search-count").filter(has_text="1/2").wait_for()


def palette(page: Page, scene: Scene) -> None:
    """Everything by a few letters."""
    chats(page, scene)
    page.keyboard.press("Control+k")
    page.get_by_test_id("palette-input").fill("女士")


def keys(page: Page, scene: Scene) -> None:
    """The help on keys."""
    chats(page, scene)
    page.get_by_test_id("help-button").click()
    page.get_by_role("dialog").wait_for()


def alerts(page: Page, scene: Scene) -> None:
    """Which news sound."""
    chats(page, scene)
    page.get_by_test_id("alerts-button").click()
    page.get_by_test_id("alerts-menu").wait_for()


def offline(page: Page, scene: Scene) -> None:
    """Cut off; what is typed stays."""
    chats(page, scene)
    page.get_by_test_id("reply-input").fill("这句话还没有发出去")
    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.get_by_test_id("reply-send").click()
    page.get_by_test_id("send-error").wait_for()


def everybody(page: Page, scene: Scene) -> None:
    """A supervisor's list of all."""
    page.get_by_test_id("tab-all").click()
    page.locator(f'[data-testid="conversation-item"][data-conversation="{scene.richest}"]').click()
    page.get_by_test_id("takeover-card").wait_for()


_DARK = (("gridtalk.desk.theme", "dark"),)
_TIGHT = (("gridtalk.desk.density", "tight"),)
_ENGLISH = (("gridtalk.desk.language", "en"),)


def shots() -> list[Shot]:
    """Lists every picture."""
    sized = [Shot(f"{width}-{act.__name__}", width, act) for width in SCREENS for act in (queue, chats)]
    acts = (drafts, history, search, palette, keys, alerts, offline)
    return [
        Shot("1440-login", "1440", login, who=""),
        *sized,
        *(Shot(f"1440-{act.__name__}", "1440", act) for act in acts),
        Shot("1280-chats-dark", "1280", chats, _DARK),
        Shot("1440-queue-dark", "1440", queue, _DARK),
        Shot("1440-chats-dark", "1440", chats, _DARK),
        Shot("1440-keys-dark", "1440", keys, _DARK),
        Shot("1280-chats-tight", "1280", chats, _TIGHT),
        Shot("1440-chats-english", "1440", chats, _ENGLISH),
        Shot("1440-everybody", "1440", everybody, who="S0001"),
    ]


def main(arguments: Sequence[str]) -> None:
    """Takes the pictures; ends with one sentence when there is no browser or no node."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("-k", default="", metavar="SUBSTRING", help="only pictures whose name holds this")
    told = parser.parse_args(arguments)
    told.out.mkdir(parents=True, exist_ok=True)
    wanted = [shot for shot in shots() if told.k in shot.name]
    try:
        with running_desk() as (stack, scene), open_browser() as browser:
            for shot in wanted:
                take(browser, stack, scene, shot, told.out)
    except say.ToolError as error:
        say.stop(str(error))
    say.line(f"{len(wanted)} pictures in {told.out}")


@contextmanager
def running_desk() -> Iterator[tuple[Stack, Scene]]:
    """A console of its own, with the invented hour in it."""
    [console] = [front_end for front_end in build_front_ends.FRONT_ENDS if front_end.name == "desk"]
    build_front_ends.build(console)
    temporary = tempfile.TemporaryDirectory(prefix="gridtalk-desk-", ignore_cleanup_errors=True)
    with temporary as folder, Stack(Path(folder), processes=("console",)) as stack:
        yield stack, furnish(stack)


def take(browser: Any, stack: Stack, scene: Scene, shot: Shot, out: Path) -> None:
    """Takes one picture."""
    width, height = SCREENS[shot.width]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    for name, value in shot.kept:
        context.add_init_script(f"localStorage.setItem({name!r}, {value!r})")
    page = context.new_page()
    page.goto(stack.url("console"))
    if shot.who:
        enter(page, scene.agent if shot.who == "agent" else shot.who, stack.plan.secrets["DESK_DEMO_PASSWORD"])
    shot.act(page, scene)
    page.wait_for_timeout(400)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(out / f"{shot.name}.png", optimize=True)
    context.close()


def enter(page: Page, number: str, password: str) -> None:
    """Logs in and waits until the desk stands there."""
    page.get_by_test_id("login-username").fill(number)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()
    page.locator('[data-testid="connection-state"][data-state="online"]').wait_for(timeout=20_000)
    page.locator('[data-testid="queue-item"], [data-testid="conversation-item"]').first.wait_for(timeout=20_000)


if __name__ == "__main__":
    main(sys.argv[1:])
