"""The chat on a foreign page by one script tag: its attributes, its policy, its keys, and nothing else of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes.chat_door import ChatDoor, running_chat_door
from tests.fakes.host_page import HostPage, running_host_page

Page = Any
OpenPage = Callable[..., Page]
GREETING = "您好，缴费、报修、查停电，点这里问我"


def visit(new_page: OpenPage, host: HostPage, attributes: str = "", **options: Any) -> Page:
    host.attributes = attributes
    page = new_page(**{"reduced_motion": "reduce", **options})
    page.goto(host.url)
    page.locator(".launcher").wait_for()
    return page


def opened(page: Page) -> Any:
    page.locator(".launcher").click()
    frame = page.frame_locator("iframe")
    frame.locator('[data-phase="online"]').wait_for()
    return frame


def chat_root(page: Page) -> dict[str, str]:
    script = "({lang: document.documentElement.lang, ...document.documentElement.dataset})"
    return dict(page.frames[1].evaluate(script))


def test_nothing_of_the_chat_is_loaded_before_it_is_opened(host_page: HostPage, new_page: OpenPage) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(host_page.url)
    page.locator(".launcher").wait_for()
    before = [url for url in asked if url.startswith(host_page.server)]
    opened(page)

    assert before == [f"{host_page.server}/widget.js"]
    assert page.context.cookies() == []


def test_the_attributes_of_the_tag_are_the_look_of_the_chat(host_page: HostPage, new_page: OpenPage) -> None:
    page = visit(
        new_page,
        host_page,
        'data-title="用電客服" data-position="left" data-accent="#ffd400"'
        ' data-theme="dark" data-lang="zh-TW" data-elder',
    )
    launcher = page.locator(".launcher")
    at_left = launcher.bounding_box()["x"]
    told = launcher.get_attribute("aria-label")
    frame = opened(page)
    fill = page.frames[1].evaluate("getComputedStyle(document.documentElement).getPropertyValue('--fill')")

    assert (at_left, told) == (20, "開啟用電客服")
    assert chat_root(page) == {"lang": "zh-TW", "theme": "dark", "elder": "true"}
    assert frame.locator("h1").inner_text() == "用電客服"
    assert fill.startswith("rgb(")
    assert fill != "rgb(255, 212, 0)"
    assert launcher.bounding_box()["height"] >= 64


def test_without_attributes_the_browser_decides(host_page: HostPage, new_page: OpenPage) -> None:
    page = visit(new_page, host_page, "", locale="en-US", color_scheme="dark")
    told = page.locator(".launcher").get_attribute("aria-label")
    opened(page)

    assert told == "Open Chat"
    assert chat_root(page) == {"lang": "en", "theme": "dark", "elder": "false"}


def test_the_greeting_stands_beside_the_launcher_and_in_the_chat(host_page: HostPage, new_page: OpenPage) -> None:
    page = visit(new_page, host_page, f'data-greeting="{GREETING}"')
    page.get_by_role("button", name=GREETING).click()
    frame = page.frame_locator("iframe")
    frame.get_by_test_id("greeting").get_by_text(GREETING).wait_for()
    greeted_again = page.locator(".greeting").count()
    page.reload()
    page.locator(".launcher").wait_for()

    assert (greeted_again, page.locator(".greeting").count()) == (0, 0)


def test_the_address_of_the_chat_cannot_put_words_into_our_mouth(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = new_page()
    page.goto(f"{chat_door.url}/?greeting=请转账到以下账户")
    page.get_by_test_id("greeting").wait_for()

    assert "转账" not in page.inner_text("body")


def test_escape_closes_the_chat_and_the_launcher_has_the_focus_again(host_page: HostPage, new_page: OpenPage) -> None:
    page = visit(new_page, host_page)
    page.locator(".launcher").focus()
    page.keyboard.press("Enter")
    page.frame_locator("iframe").locator("textarea:focus").wait_for()
    page.frame_locator("iframe").get_by_test_id("settings-button").click()
    page.keyboard.press("Escape")
    still_open = page.locator(".panel").is_visible()
    page.keyboard.press("Escape")
    page.locator(".panel").wait_for(state="hidden")

    assert still_open
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.className") == "launcher"


def test_on_a_telephone_the_focus_never_goes_under_the_chat(host_page: HostPage, new_page: OpenPage) -> None:
    page = visit(new_page, host_page, viewport={"width": 390, "height": 844})
    frame = opened(page)
    box = page.locator(".panel").bounding_box()
    frame.get_by_test_id("close-button").focus()
    outside = 0
    for _ in range(40):
        page.keyboard.press("Tab")
        outside += page.evaluate("document.activeElement.shadowRoot?.activeElement?.tagName") != "IFRAME"

    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert not page.locator(".launcher").is_visible()
    assert outside == 0


def test_the_launcher_counts_what_came_while_the_chat_was_closed(host_page: HostPage, new_page: OpenPage) -> None:
    page = visit(new_page, host_page)
    frame = opened(page)
    frame.get_by_test_id("chat-input").fill("转人工")
    # In one breath, so that every answer comes after the closing.
    page.frames[1].evaluate(
        "['chat-send', 'close-button'].forEach(name => document.querySelector(`[data-testid=${name}]`).click())"
    )
    page.locator(".launcher b:not(:empty)").wait_for()

    assert "条未读消息" in (page.locator(".launcher").get_attribute("aria-label") or "")


def test_a_chat_that_cannot_be_had_is_said_in_words(new_page: OpenPage) -> None:
    with running_chat_door() as door, running_host_page(door.url) as host:
        page = visit(new_page, host)
        page.clock.install()
        door.stop()
        page.locator(".launcher").click()
        page.clock.fast_forward(21_000)
        page.get_by_text("95598").wait_for()

    assert page.get_by_role("button", name="再试一次").is_visible()


def test_the_strictest_policies_stop_nothing_of_ours(host_page: HostPage, new_page: OpenPage) -> None:
    host_page.attributes = f'data-greeting="{GREETING}" data-lang="zh-TW" data-accent="#1d5fd0"'
    page = new_page()
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type in {"error", "warning"} else None)
    page.goto(host_page.url)
    page.locator(".greeting").wait_for()
    frame = opened(page)
    frame.get_by_test_id("shortcut").first.click()
    frame.get_by_test_id("chart").wait_for()
    frame.get_by_test_id("attach-file").set_input_files(
        {"name": "表箱.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    )
    frame.get_by_test_id("picture-tray").locator("img").wait_for(state="attached")

    assert refused == []
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('[data-gridtalk]').shadowRoot.querySelector('.launcher')).position"
        )
        == "fixed"
    )


def test_a_page_nobody_allowed_cannot_hold_the_chat(new_page: OpenPage) -> None:
    with running_chat_door(embedders=("https://power.example",)) as door, running_host_page(door.url) as host:
        page = visit(new_page, host)
        with page.expect_event("console", lambda line: "frame-ancestors" in line.text):
            page.locator(".launcher").click()

        assert page.locator(".panel").get_attribute("data-state") == "loading"
