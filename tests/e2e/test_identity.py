"""Going on in WeChat, coming back by a link, and the page opened by OAuth, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.dialogues.books import Books
from tools.dialogues.people import visitor_for

Page = Any
PHONE = {"width": 390, "height": 844}
LIN = "6201011006117"


@pytest.fixture
def fresh(books: Books) -> Books:
    books.begin("fixed_now", "nobody", "web", ())
    return books


def open_chat(page: Page, url: str) -> Page:
    page.goto(url)
    page.get_by_test_id("chat-input").wait_for(timeout=15_000)
    return page


def say(page: Page, text: str) -> None:
    page.get_by_test_id("chat-input").fill(text)
    page.get_by_test_id("chat-send").click()


def hears(page: Page, pattern: str) -> None:
    lines = page.locator('[data-testid="message"]:not([data-role="customer"])')
    lines.filter(has_text=re.compile(pattern)).last.wait_for(timeout=15_000)


def test_the_page_shows_a_code_and_wechat_takes_it(
    fresh: Books, new_page: Callable[..., Page], screenshots: Path
) -> None:
    page = open_chat(new_page(viewport=PHONE), fresh.stack.url("bot"))
    say(page, "查电费")
    hears(page, "户号")

    page.get_by_test_id("resume-offer").click()
    told = page.get_by_test_id("resume-code").text_content(timeout=15_000)
    page.locator(".resume-panel img").wait_for()
    page.screenshot(path=screenshots / "resume-1-code.png")
    phone = visitor_for("wechat", fresh.stack, fresh)
    phone.say(told)

    hears(page, "已转到微信继续")
    assert "户号" in "\n".join(line.text for line in phone.hear())
    page.screenshot(path=screenshots / "resume-2-moved.png")


def test_a_link_from_wechat_takes_the_talk_to_the_browser(fresh: Books, new_page: Callable[..., Page]) -> None:
    phone = visitor_for("wechat", fresh.stack, fresh)
    phone.say("查电费")
    phone.say("换到网页")
    link = next(found[0] for line in phone.hear() if (found := re.search(r"http\S+#resume=\d+", line.text)))

    page = open_chat(new_page(viewport=PHONE), link)

    hears(page, "已接上您在微信的对话")
    assert "#" not in page.url


def test_the_page_opened_in_wechat_knows_what_is_bound_there(fresh: Books, new_page: Callable[..., Page]) -> None:
    platforms = fresh.stack.platforms
    assert platforms is not None
    fresh.begin("fixed_now", platforms.wechat.pages.holder, "wechat", (LIN,))

    page = open_chat(new_page(viewport=PHONE), f"{fresh.stack.url('bot')}/webhooks/wechat/oauth")
    say(page, "查电费")

    hears(page, "6117")
    assert "token" not in page.url
    assert page.context.cookies() == []


def test_a_token_that_somebody_else_wrote_into_a_link_opens_nobodys_chat(
    fresh: Books, new_page: Callable[..., Page]
) -> None:
    other = visitor_for("web", fresh.stack, fresh)
    token = other._http.headers["authorization"].split()[1]  # type: ignore[attr-defined]  # another visitor's own

    page = open_chat(new_page(viewport=PHONE), f"{fresh.stack.url('bot')}/#token={token}&word={'a' * 32}")
    say(page, "你好")
    hears(page, ".")

    assert page.evaluate("localStorage.getItem('gridtalk.token')") != token
    assert other.hear() == []
