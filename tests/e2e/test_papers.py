"""A draft's papers in a real browser on a telephone: the link from the chat, files good and bad, handed in, told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tools.dialogues.books import Books
from tools.dialogues.pictures import picture

Page = Any
HOME = "6201011006117"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def bind(books: Books, visitor_id: str) -> None:
    connection = psycopg2.connect(books.stack.plan.addresses.utility_database)
    with connection, connection.cursor() as cursor:
        cursor.execute("insert into channel_users values ('web', %s)", (visitor_id,))
        cursor.execute("insert into bindings values ('web', %s, %s, %s)", (visitor_id, HOME, books.now()))
    connection.close()


def say(page: Page, text: str) -> None:
    page.get_by_test_id("chat-input").fill(text)
    page.get_by_test_id("chat-send").click()


def hears(page: Page, pattern: str) -> Any:
    line = page.locator('[data-testid="message"][data-role="bot"]').filter(has_text=re.compile(pattern)).last
    line.wait_for(timeout=30_000)
    return line


def choose(page: Page, *names: str, how: str = "choose") -> None:
    kinds = {".pdf": "application/pdf", ".exe": "application/octet-stream"}
    files = [{"name": name, "mimeType": kinds.get(name[-4:], "image/png"), "buffer": picture(name)} for name in names]
    page.get_by_test_id(how).first.set_input_files(files)


@pytest.fixture
def chat(books: Books, new_page: Callable[..., Page]) -> Page:
    """The chat of a customer with one account, with a draft of 峰谷变更 just made."""
    books.begin("fixed_now", "nobody", "web", ())
    page = new_page(**PHONE)
    with page.expect_response("**/webhooks/web/session") as session:
        page.goto(books.stack.url("bot"))
    bind(books, session.value.json()["visitor_id"])
    page.get_by_test_id("chat-input").wait_for(timeout=15_000)
    say(page, "我要开峰谷电")
    hears(page, "确认")
    say(page, "确认")
    hears(page, "上传材料")
    return page


@pytest.fixture
def upload_page(chat: Page, screenshots: Path) -> Page:
    """The page that the link in the chat opens."""
    chat.screenshot(path=screenshots / "papers-0-chat.png")
    with chat.expect_popup() as opened:
        hears(chat, "上传材料").locator("a").click()
    opened.value.get_by_test_id("facts").wait_for(timeout=15_000)
    return opened.value


def test_papers_are_handed_in_and_the_chat_knows(chat: Page, upload_page: Page, screenshots: Path) -> None:
    page = upload_page
    page.screenshot(path=screenshots / "papers-1-open.png", full_page=True)
    page.get_by_test_id("submit").click()
    told = page.get_by_test_id("submit-told")
    told.filter(has_text="申请人身份证明").wait_for()
    page.screenshot(path=screenshots / "papers-1-missing.png")
    choose(page, "身份证正面.png", "户口簿.pdf")
    page.get_by_test_id("handed-in").nth(1).wait_for(timeout=15_000)
    page.get_by_test_id("handed-in").locator("img").first.wait_for()
    page.screenshot(path=screenshots / "papers-2-there.png", full_page=True)
    quiet = told.inner_text()
    page.get_by_test_id("submit").click()
    done = page.get_by_test_id("done")
    done.wait_for(timeout=15_000)
    page.screenshot(path=screenshots / "papers-3-done.png", full_page=True)
    chat.bring_to_front()
    say(chat, "我的申请办到哪了")
    answer = hears(chat, "：已提交")
    chat.screenshot(path=screenshots / "papers-4-chat.png")

    assert quiet == ""
    assert re.search(r"2 个工作日，到 11月2\d日", done.inner_text())
    assert page.evaluate("document.activeElement.textContent") == "已提交"
    assert page.evaluate("document.cookie") == ""
    assert HOME not in page.content()
    assert "/papers/" not in answer.inner_text()


def test_files_that_are_none_are_refused_and_the_rest_goes_on(upload_page: Page, screenshots: Path) -> None:
    page = upload_page
    choose(page, "程序.exe", "大图11MB.png", "空.png", "真的.png")
    page.get_by_test_id("handed-in").wait_for(timeout=15_000)
    page.screenshot(path=screenshots / "papers-5-refused.png", full_page=True)
    codes = [one.get_attribute("data-code") for one in page.get_by_test_id("upload").all()]
    page.get_by_test_id("submit").click()
    page.get_by_test_id("submit-told").filter(has_text="移除").wait_for()
    for _ in codes:
        page.get_by_test_id("remove").first.click()

    assert codes == ["document.type", "document.too_large", "document.empty"]
    assert page.get_by_test_id("retry").count() == 0
    assert page.get_by_test_id("upload").count() == 0


def test_a_lost_network_is_told_and_a_retry_makes_no_second_file(upload_page: Page, screenshots: Path) -> None:
    page = upload_page
    lost: list[str] = []

    def lose_the_answer(route: Any) -> None:
        route.fetch()  # the utility has it, and the page does not hear so
        lost.append(route.request.headers["idempotency-key"])
        route.abort()

    page.route("**/papers/api/documents/**", lose_the_answer, times=1)
    choose(page, "身份证.png", how="camera")
    page.get_by_test_id("retry").wait_for(timeout=15_000)
    page.screenshot(path=screenshots / "papers-6-network.png", full_page=True)
    with page.expect_request("**/papers/api/documents/**") as again:
        page.get_by_test_id("retry").click()
    page.get_by_test_id("handed-in").wait_for(timeout=15_000)

    assert again.value.headers["idempotency-key"] == lost[0]
    assert page.get_by_test_id("handed-in").count() == 1
    assert page.get_by_test_id("upload").count() == 0


def test_the_page_is_used_with_the_keyboard_alone(upload_page: Page) -> None:
    page, reached = upload_page, []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.testid"))
    page.get_by_test_id("choose").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files([{"name": "a.pdf", "mimeType": "application/pdf", "buffer": picture("a.pdf")}])
    page.get_by_test_id("handed-in").wait_for(timeout=15_000)

    assert reached[:3] == ["camera", "choose", "submit"]
    assert "已收到" in page.get_by_test_id("announced").inner_text()
    assert page.get_by_test_id("choose").get_attribute("aria-label") == "再加一份：申请人身份证明"


def test_links_that_open_nothing_say_where_to_get_a_new_one(books: Books, upload_page: Page, screenshots: Path) -> None:
    good, page = upload_page.url, upload_page
    page.goto(good.partition("#")[0])
    page.reload()
    missing = page.get_by_test_id("page-problem").get_attribute("data-code")
    page.goto(f"{good.partition('#')[0]}#nothing")
    page.locator('[data-code="papers.link.invalid"]').wait_for(timeout=15_000)
    books.move_clock(7 * 24 * 3600)
    page.goto(good)
    page.locator('[data-code="papers.link.expired"]').wait_for(timeout=15_000)
    page.screenshot(path=screenshots / "papers-7-expired.png")

    assert missing == "papers.link.missing"
    assert "可以提交了吗" in page.get_by_test_id("page-problem").inner_text()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (1280, "dark")])
def test_nothing_is_cut_off_on_any_screen(
    upload_page: Page, new_page: Callable[..., Page], screenshots: Path, width: int, scheme: str
) -> None:
    choose(upload_page, "身份证正面.png", "程序.exe")
    upload_page.get_by_test_id("handed-in").wait_for(timeout=15_000)
    page = new_page(viewport={"width": width, "height": 720}, color_scheme=scheme)
    page.goto(upload_page.url)
    page.get_by_test_id("facts").wait_for(timeout=15_000)
    choose(page, "一个名字很长很长很长很长很长很长很长很长很长的文件.exe")
    page.get_by_test_id("upload").wait_for()
    page.screenshot(path=screenshots / f"papers-8-{width}-{scheme}.png", full_page=True)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
