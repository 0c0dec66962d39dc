"""axe-core over every state of the chat, by day, by night and in large letters: no violation of WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.chat_door import WIDGET, ChatDoor, running_chat_door
from tests.fakes.host_page import HostPage
from tools.dialogues.pictures import picture

Page = Any
AXE = WIDGET / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 844}
AT_ZHINV = {"latitude": 29.0455, "longitude": 126.0433}
LOOKS = {
    "light": ("?elder=0", "light"),
    "dark": ("?elder=0", "dark"),
    "elder": ("?elder=1", "light"),
    "accent": ("?accent=%23ffd400&lang=en", "dark"),
}


def violations(frame: Any) -> list[str]:
    """Runs axe in a page or frame; each violation as its rule and where it is."""
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    found = frame.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(done => done.violations.flatMap("
        "rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')} ${node.failureSummary}`)))",
        RULES,
    )
    return list(found)


def say(page: Page, text: str) -> None:
    page.get_by_test_id("chat-input").fill(text)
    page.get_by_test_id("chat-send").click()


def choose_picture(page: Page, name: str = "表箱.png") -> None:
    file = {"name": name, "mimeType": "image/png", "buffer": picture("表箱.png")}
    page.get_by_test_id("attach-file").set_input_files(file)
    page.get_by_test_id("picture-tray").wait_for()


def empty(page: Page, _: ChatDoor) -> None:
    page.get_by_test_id("welcome").wait_for()


def settings_open(page: Page, _: ChatDoor) -> None:
    page.get_by_test_id("settings-button").click()
    page.get_by_test_id("settings").wait_for()


def bill(page: Page, _: ChatDoor) -> None:
    say(page, "查电费")
    page.get_by_test_id("chart").wait_for()
    page.get_by_test_id("quick-reply").first.wait_for()


def pictures_and_long_words(page: Page, _: ChatDoor) -> None:
    choose_picture(page)
    page.get_by_test_id("picture-send").click()
    page.get_by_test_id("media-picture").locator("img").wait_for()
    say(page, "长词")
    page.get_by_test_id("list").get_by_text("编号").wait_for()


def place_asked(page: Page, _: ChatDoor) -> None:
    page.get_by_test_id("attach-place").click()
    page.get_by_test_id("place-consent").wait_for()


def picture_refused(page: Page, _: ChatDoor) -> None:
    choose_picture(page, "打不开.png")
    page.get_by_test_id("picture-send").click()
    page.locator('[data-code="media.broken"]').wait_for()


def error_told(page: Page, _: ChatDoor) -> None:
    say(page, "出错")
    page.get_by_test_id("notice").wait_for()


def too_long(page: Page, _: ChatDoor) -> None:
    page.get_by_test_id("chat-input").fill("长" * 2003)
    page.locator('[data-over="true"]').wait_for()


def queue(page: Page, _: ChatDoor) -> None:
    say(page, "排队")
    page.locator('[data-owner="queue"]').wait_for()


def agent(page: Page, _: ChatDoor) -> None:
    say(page, "转人工")
    page.locator('[data-testid="message"][data-role="agent"]').first.wait_for()


def answer_disliked_and_choice_used(page: Page, door: ChatDoor) -> None:
    bill(page, door)
    page.get_by_test_id("thumb_down").last.click()
    page.get_by_test_id("fault-too_long").click()
    page.locator('[data-testid="fault-too_long"][aria-pressed="true"]').wait_for()
    page.get_by_test_id("quick-reply").first.click()
    page.get_by_test_id("used-replies").last.wait_for()


def service_asked(page: Page, door: ChatDoor) -> None:
    agent(page, door)
    say(page, "再见")
    page.get_by_test_id("survey").wait_for()
    page.get_by_test_id("survey-star").nth(3).click()


def service_evaluated(page: Page, door: ChatDoor) -> None:
    service_asked(page, door)
    page.get_by_test_id("survey-comment").fill("很耐心")
    page.get_by_test_id("survey-submit").click()
    page.get_by_test_id("survey-given").wait_for()


def older_lines(page: Page, _: ChatDoor) -> None:
    say(page, "旧话")
    page.get_by_test_id("list").get_by_text("旧话 260").wait_for()
    page.reload()
    page.get_by_test_id("older").wait_for(state="attached")


def reconnecting(page: Page, door: ChatDoor) -> None:
    door.stop()
    page.locator('[data-phase="reconnecting"]').wait_for()
    say(page, "断网时写的")
    page.locator('[data-testid="message"][data-state]').wait_for()


STATES = (
    empty,
    settings_open,
    bill,
    pictures_and_long_words,
    place_asked,
    picture_refused,
    error_told,
    too_long,
    queue,
    agent,
    answer_disliked_and_choice_used,
    service_asked,
    service_evaluated,
    older_lines,
)


@pytest.fixture
def mortal_door() -> Iterator[ChatDoor]:
    """A door that a test may end."""
    with running_chat_door() as door:
        yield door


def open_chat(new_page: Callable[..., Page], door: ChatDoor, look: str, **options: Any) -> Page:
    query, scheme = LOOKS[look]
    page = new_page(
        viewport=PHONE,
        color_scheme=scheme,
        reduced_motion="reduce",
        geolocation=AT_ZHINV,
        permissions=["geolocation"],
        **options,
    )
    page.goto(f"{door.url}/{query}")
    page.locator('[data-phase="online"]').wait_for()
    return page


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing(
    chat_door: ChatDoor, new_page: Callable[..., Page], state: Callable[..., None], look: str
) -> None:
    page = open_chat(new_page, chat_door, look)
    state(page, chat_door)

    assert violations(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_while_the_line_is_down(
    mortal_door: ChatDoor, new_page: Callable[..., Page], look: str
) -> None:
    page = open_chat(new_page, mortal_door, look)
    reconnecting(page, mortal_door)

    assert violations(page) == []


def test_axe_finds_nothing_where_the_system_paints_the_colours(
    chat_door: ChatDoor, new_page: Callable[..., Page]
) -> None:
    page = open_chat(new_page, chat_door, "light", forced_colors="active")
    bill(page, chat_door)
    settings_open(page, chat_door)

    assert violations(page) == []


def test_axe_finds_nothing_on_a_page_that_embeds_the_chat(host_page: HostPage, new_page: Callable[..., Page]) -> None:
    host_page.attributes = 'data-greeting="您好，缴费、报修、查停电，点这里问我"'
    page = new_page(reduced_motion="reduce")
    page.goto(host_page.url)
    page.locator(".greeting").wait_for()
    closed = violations(page)
    page.locator(".launcher").click()
    frame = page.frame_locator("iframe")
    frame.locator('[data-phase="online"]').wait_for()

    assert closed == []
    assert violations(page.frames[1]) == []
    assert violations(page) == []


def test_axe_sees_what_is_wrong(chat_door: ChatDoor, new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page, chat_door, "light")
    page.evaluate("document.querySelector('[data-testid=chat-input]').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('[data-testid=chat-input]').removeAttribute('placeholder')")

    assert any(found.startswith("label:") for found in violations(page))
