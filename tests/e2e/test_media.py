"""A picture and a place in real browsers: chosen, looked at, sent, answered, and seen at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.dialogues.books import Books
from tools.dialogues.pictures import picture

Page = Any
PHONE = {"width": 414, "height": 896}
AT_ZHINV = {"latitude": 29.0455, "longitude": 126.0433}


@pytest.fixture
def customer(books: Books, new_page: Callable[..., Page]) -> Page:
    """The chat page on a telephone in the dark, at 织女苑, with fresh books."""
    books.begin("fixed_now", "nobody", "web", ())
    page = new_page(viewport=PHONE, color_scheme="dark", geolocation=AT_ZHINV, permissions=["geolocation"])
    page.goto(books.stack.url("bot"))
    page.get_by_test_id("chat-input").wait_for(timeout=15_000)
    return page


def hears(page: Page, pattern: str) -> None:
    line = page.locator('[data-testid="message"][data-role="bot"]').filter(has_text=re.compile(pattern))
    line.last.wait_for(timeout=15_000)


def choose(page: Page, name: str) -> None:
    file = {"name": name, "mimeType": "image/png", "buffer": picture(name)}
    page.get_by_test_id("attach-file").set_input_files(file)


def test_a_picture_and_a_place_are_sent_answered_and_seen_at_the_desk(
    books: Books, customer: Page, new_page: Callable[..., Page], screenshots: Path
) -> None:
    choose(customer, "表箱.png")
    customer.get_by_test_id("picture-tray").wait_for()
    customer.screenshot(path=screenshots / "media-1-preview.png")
    customer.get_by_test_id("picture-send").click()
    hears(customer, "图片收到了")
    customer.get_by_test_id("media-picture").locator("img").wait_for()
    customer.get_by_test_id("attach-place").click()
    customer.get_by_test_id("place-send").click()
    hears(customer, "织女苑")
    customer.screenshot(path=screenshots / "media-2-answered.png")
    customer.get_by_test_id("chat-input").fill("转人工")
    customer.get_by_test_id("chat-send").click()

    desk = new_page()
    desk.goto(books.stack.url("console"))
    desk.get_by_test_id("login-username").fill("K0104")
    desk.get_by_test_id("login-password").fill(books.stack.plan.secrets["DESK_DEMO_PASSWORD"])
    desk.get_by_test_id("login-submit").click()
    desk.get_by_test_id("accept").first.click(timeout=15_000)
    shown = desk.get_by_test_id("desk-message").locator("img").first
    shown.wait_for(timeout=15_000)
    desk.wait_for_function("document.querySelector('[data-testid=desk-message] img').naturalWidth === 64")
    desk.screenshot(path=screenshots / "media-3-desk.png")

    assert shown.get_attribute("alt") == "表箱.png"
    assert desk.get_by_test_id("desk-message").filter(has_text="29.0455, 126.0433").count() == 1


@pytest.mark.parametrize(("name", "code"), [("大图11MB.png", "media.too_large"), ("程序.exe", "media.kind")])
def test_a_bad_file_is_said_to_be_one_and_the_talk_goes_on(customer: Page, name: str, code: str) -> None:
    choose(customer, name)
    if code != "media.too_large":
        customer.get_by_test_id("picture-send").click()
    told = customer.locator(f'[data-code="{code}"]')
    told.wait_for(timeout=15_000)
    customer.get_by_test_id("picture-drop").click()
    customer.get_by_test_id("chat-input").fill("你好")
    customer.get_by_test_id("chat-send").click()
    hears(customer, "电小智")

    assert told.count() == 0
