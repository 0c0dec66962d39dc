"""How the chat looks and behaves on real screens: languages, themes, elder mode, keys, small windows, old WebViews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.chat_door import ChatDoor

Page = Any
OpenPage = Callable[..., Page]
PHONE = {"width": 390, "height": 844}
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; V2001A Build/QP1A.190711.020; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Version/4.0 Chrome/78.0.3904.62 XWEB/2891 MMWEBSDK/200901 Mobile Safari/537.36"
    " MicroMessenger/7.0.19.1760(0x27001339) Process/toolsmp WeChat/arm64 NetType/4G Language/zh_CN ABI/arm64"
)
ALIPAY = (
    "Mozilla/5.0 (Linux; U; Android 10; zh-CN; V2001A Build/QP1A.190711.020) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Version/4.0 Chrome/78.0.3904.62 UWS/3.21.0.174 Mobile Safari/537.36 AlipayClient/10.2.0.8026 Language/zh-Hans"
)
# What Chromium 78 does not have, of what a chat page could be tempted to use.
NEWER_THAN_78 = """
for (const [holder, name] of [
  [Array.prototype, 'at'], [String.prototype, 'at'], [String.prototype, 'replaceAll'], [Object, 'hasOwn'],
  [Array.prototype, 'findLast'], [Array.prototype, 'toSorted'], [Promise, 'any'], [window, 'structuredClone'],
  [crypto, 'randomUUID'], [Crypto.prototype, 'randomUUID'], [AbortSignal, 'timeout'], [AbortSignal, 'any'],
  [Element.prototype, 'replaceChildren'], [Document.prototype, 'adoptedStyleSheets'], [window, 'WeakRef'],
  [window, 'visualViewport'], [Window.prototype, 'visualViewport'], [window, 'BroadcastChannel'],
]) delete holder[name];
window.stillNew = ['structuredClone', 'visualViewport', 'BroadcastChannel'].filter(name => name in window);
"""


def open_chat(new_page: OpenPage, door: ChatDoor, query: str = "", **options: Any) -> Page:
    page = new_page(**{"viewport": PHONE, "reduced_motion": "reduce", **options})
    page.goto(f"{door.url}/{query}")
    page.locator('[data-phase="online"]').wait_for()
    return page


def say(page: Page, text: str) -> None:
    page.get_by_test_id("chat-input").fill(text)
    page.get_by_test_id("chat-send").click()


def heard(page: Page, text: str) -> None:
    page.locator('[data-testid="message"][data-role="bot"]').filter(has_text=text).last.wait_for()


def root(page: Page) -> dict[str, str]:
    return dict(page.evaluate("({lang: document.documentElement.lang, ...document.documentElement.dataset})"))


# ------------------------------------------------------------------ language, theme, elder mode


@pytest.mark.parametrize(
    ("locale", "query", "language", "human"),
    [
        ("zh-CN", "", "zh-CN", "转人工"),
        ("zh-HK", "", "zh-TW", "轉人工"),
        ("en-US", "", "en", "Agent"),
        ("fr-FR", "", "zh-CN", "转人工"),
        ("zh-CN", "?lang=en", "en", "Agent"),
        ("en-US", "?lang=zh-TW", "zh-TW", "轉人工"),
    ],
)
def test_the_language_is_the_page_s_or_the_browser_s(
    chat_door: ChatDoor, new_page: OpenPage, locale: str, query: str, language: str, human: str
) -> None:
    page = open_chat(new_page, chat_door, query, locale=locale)

    assert root(page)["lang"] == language
    assert page.get_by_test_id("human-button").inner_text() == human


def test_what_the_customer_chooses_is_kept(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = open_chat(new_page, chat_door)
    page.get_by_test_id("settings-button").click()
    page.get_by_label("English").check()
    page.get_by_label("Dark").check()
    page.get_by_test_id("elder-switch").click()
    chosen = {"lang": "en", "theme": "dark", "elder": "true"}
    at_once = root(page)

    page.goto(f"{chat_door.url}/?lang=zh-CN&theme=light&elder=0")
    page.locator('[data-phase="online"]').wait_for()

    assert (at_once, root(page)) == (chosen, chosen)
    assert page.context.cookies() == []


def test_the_theme_follows_the_system_until_it_is_chosen(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = open_chat(new_page, chat_door, color_scheme="light")
    by_day = root(page)["theme"]
    page.emulate_media(color_scheme="dark")
    page.locator("html[data-theme=dark]").wait_for()
    page.get_by_test_id("settings-button").click()
    page.get_by_test_id("choice-light").check()

    assert (by_day, root(page)["theme"]) == ("light", "light")


def test_a_shortcut_in_another_script_is_shown_and_answered_in_it(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = open_chat(new_page, chat_door, "?lang=en")
    page.get_by_test_id("shortcut").filter(has_text="My bill").click()
    page.get_by_test_id("chart").wait_for()

    assert page.locator('[data-testid="message"][data-role="customer"]').inner_text().splitlines()[1] == "My bill"
    assert page.get_by_test_id("quick-reply").first.get_attribute("lang") == "zh-CN"


SIZES = """
() => [...document.querySelectorAll('button, a[href], label, textarea')]
  .filter(element => element.offsetParent !== null && !element.closest('.row .Bubble'))
  .map(element => { const box = element.getBoundingClientRect();
                    return [element.getAttribute('data-testid') ?? element.className, box.width, box.height]; })
"""
LETTERS = """
() => [...document.querySelectorAll('main *')]
  .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .filter(element => element.getClientRects().length && !element.closest('.unseen, svg'))
  .map(element => [element.textContent.slice(0, 20), parseFloat(getComputedStyle(element).fontSize)])
"""


def test_elder_mode_has_large_letters_and_large_buttons(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = open_chat(new_page, chat_door, "?elder=1")
    say(page, "查电费")
    page.get_by_test_id("chart").wait_for()
    page.get_by_test_id("attach-place").click()
    page.get_by_test_id("settings-button").click()
    page.get_by_test_id("settings").wait_for()
    small_buttons = [size for size in page.evaluate(SIZES) if size[2] < 55.9]
    small_letters = [letters for letters in page.evaluate(LETTERS) if letters[1] < 18]
    said = page.locator('[data-testid="message"] .Bubble').first
    drawn = page.locator(".chart text").first.bounding_box()

    assert small_buttons == []
    assert small_letters == []
    assert said.evaluate("element => parseFloat(getComputedStyle(element).fontSize)") >= 20
    assert drawn["height"] >= 15


def test_elder_mode_asks_one_question_and_always_offers_a_person(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = open_chat(new_page, chat_door)
    page.get_by_test_id("elder-entry").click()
    replies = page.get_by_test_id("quick-reply")
    boxes = [replies.nth(place).bounding_box() for place in range(replies.count())]
    beside_question = page.get_by_test_id("shortcut").count()
    say(page, "停电")
    heard(page, "正在抢修")
    human = page.get_by_test_id("human-button")

    assert {box["x"] for box in boxes} == {boxes[0]["x"]}
    assert {box["width"] for box in boxes} == {page.get_by_test_id("list").bounding_box()["width"] - 28}
    assert (beside_question, page.get_by_test_id("shortcut").count()) == (0, 2)
    assert human.is_visible()
    human.click()
    page.locator('[data-owner="agent"]').wait_for()


def test_every_target_is_large_enough_for_a_finger(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = open_chat(new_page, chat_door)
    say(page, "出错")
    page.get_by_test_id("notice").wait_for()
    page.get_by_test_id("settings-button").click()
    page.get_by_test_id("settings").wait_for()

    assert [size for size in page.evaluate(SIZES) if min(size[1:]) < 32] == []


# ------------------------------------------------------------------ keys and screen readers

FOCUSED = """
() => { const element = document.activeElement, style = getComputedStyle(element), form = element.closest('form');
        const box = element.getBoundingClientRect();
        const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
          || (element.tagName === 'TEXTAREA' && form && getComputedStyle(form).boxShadow !== 'none')
          || (element.type === 'radio' && getComputedStyle(element.nextElementSibling).outlineStyle !== 'none');
        const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        const isUncovered = element.contains(over) || over.contains(element);
        return [element.dataset.testid ?? element.className, Boolean(shown), isUncovered]; }
"""


def walk(page: Page, steps: int) -> list[Any]:
    walked = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        walked.append(page.evaluate(FOCUSED))
    return walked


def test_the_keys_reach_everything_in_the_order_it_is_read(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = open_chat(new_page, chat_door)
    page.get_by_test_id("quick-reply").first.wait_for()

    walked = walk(page, 15)

    assert [name for name, _, _ in walked] == [
        "human-button",
        "settings-button",
        "list",
        *["quick-reply"] * 3,
        "resume-offer",
        "elder-entry",
        *["shortcut"] * 4,
        "attach-picture",
        "attach-place",
        "chat-input",
    ]
    assert [name for name, is_shown, _ in walked if not is_shown] == []
    assert [name for name, _, is_uncovered in walked if not is_uncovered] == []


def test_the_settings_are_used_and_left_by_keys(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = open_chat(new_page, chat_door)
    page.get_by_test_id("settings-button").focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("settings").wait_for()
    walked = walk(page, 6)
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    chosen = page.get_by_test_id("choice-light").is_checked()
    page.keyboard.press("Escape")

    assert [name for name, is_shown, _ in walked if is_shown] == [
        "elder-switch",
        "choice-zh-CN",
        "choice-auto",
        "sound-switch",
        "transcript",
        "settings-close",
    ]
    assert chosen
    assert page.get_by_test_id("settings").count() == 0
    assert page.evaluate(FOCUSED)[0] == "settings-button"


def test_what_opens_above_the_field_takes_the_focus_and_escape_gives_it_back(
    chat_door: ChatDoor, new_page: OpenPage
) -> None:
    page = open_chat(new_page, chat_door)
    page.get_by_test_id("attach-place").focus()
    page.keyboard.press("Enter")
    opened = page.evaluate(FOCUSED)
    page.keyboard.press("Escape")

    assert opened[:2] == ["place-send", True]
    assert page.evaluate(FOCUSED)[0] == "attach-place"
    assert page.get_by_test_id("place-consent").count() == 0


def test_new_lines_are_read_out_once_and_the_history_never(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = open_chat(new_page, chat_door)
    say(page, "停电")
    heard(page, "正在抢修")
    page.reload()
    page.locator('[data-phase="online"]').wait_for()
    heard(page, "正在抢修")
    after_reload = page.get_by_test_id("announcer").inner_text()
    page.evaluate(
        "window.said = []; new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach("
        "node => window.said.push(node.textContent)))).observe(document.querySelector('[data-testid=announcer]'),"
        " {childList: true, subtree: true, characterData: true})"
    )
    say(page, "位置")
    heard(page, "织女苑")
    say(page, "断线")
    page.locator('[data-phase="reconnecting"]').wait_for()
    page.locator('[data-phase="online"]').wait_for()
    say(page, "图片")
    heard(page, "图片收到了")

    assert after_reload == ""
    assert page.evaluate("window.said") == [
        "电小智：您在织女苑附近，这里现在没有停电记录。",
        "电小智：图片收到了，已随报修一起转给抢修人员。",
    ]


def test_nothing_moves_where_motion_is_not_wanted(chat_door: ChatDoor, new_page: OpenPage) -> None:
    moving = "document.getAnimations().filter(one => one.effect.getComputedTiming().activeDuration > 1).length"
    calm = open_chat(new_page, chat_door, reduced_motion="reduce")
    lively = open_chat(new_page, chat_door, reduced_motion="no-preference")
    for page in (calm, lively):
        page.evaluate(
            "document.querySelector('.status').dataset.phase = 'reconnecting'"  # its dot breathes
        )

    assert (calm.evaluate(moving), lively.evaluate(moving) > 0) == (0, True)


# ------------------------------------------------------------------ small windows and old WebViews

NARROW = """
() => [...document.querySelectorAll('main *')].filter(element => {
  const box = element.getBoundingClientRect();
  return box.width && !element.closest('.shortcuts, .unseen, .star-river, svg') && box.right > innerWidth + 0.5;
}).map(element => element.className)
"""


@pytest.mark.parametrize("query", ["", "?elder=1", "?lang=en", "?lang=en&elder=1"])
@pytest.mark.parametrize(
    ("width", "height"),
    [(320, 568), (320, 256), (320, 180), (568, 320), (640, 400), (1280, 800)],
    ids=["small", "zoom-400", "zoom-400-low", "on-its-side", "zoom-200", "desk"],
)
def test_everything_stays_within_the_window_and_can_be_reached(
    chat_door: ChatDoor, new_page: OpenPage, width: int, height: int, query: str
) -> None:
    page = open_chat(new_page, chat_door, query, viewport={"width": width, "height": height})
    say(page, "查电费")
    page.get_by_test_id("chart").wait_for()
    say(page, "长词")
    heard(page, "编号")
    page.get_by_test_id("settings-button").click()
    page.get_by_test_id("settings-close").click()
    page.get_by_test_id("chat-input").click()
    field = page.get_by_test_id("chat-input").bounding_box()

    assert page.evaluate(NARROW) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert field["y"] >= 0
    assert field["y"] + field["height"] <= height
    assert page.get_by_test_id("list").bounding_box()["height"] >= 100


@pytest.mark.parametrize("agent", [WECHAT, ALIPAY], ids=["wechat", "alipay"])
def test_the_chat_works_in_the_webviews_of_old_telephones(chat_door: ChatDoor, new_page: OpenPage, agent: str) -> None:
    page = new_page(viewport={"width": 360, "height": 640}, user_agent=agent, is_mobile=True, has_touch=True)
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.add_init_script(NEWER_THAN_78)
    page.goto(chat_door.url)
    page.locator('[data-phase="online"]').wait_for()
    page.get_by_test_id("settings-button").tap()
    page.get_by_test_id("choice-zh-TW").check()
    page.get_by_test_id("settings-close").tap()
    page.get_by_test_id("shortcut").first.tap()
    page.get_by_test_id("chart").wait_for()

    assert page.evaluate("window.stillNew") == []
    assert failed == []
    assert page.evaluate(NARROW) == []


def test_the_keyboard_of_an_iphone_does_not_cover_the_field(chat_door: ChatDoor, new_page: OpenPage) -> None:
    page = new_page(viewport=PHONE)
    page.add_init_script(
        "const seen = new EventTarget(); Object.assign(seen, {height: 844, offsetTop: 0, scale: 1});"
        "Object.defineProperty(window, 'visualViewport', {value: seen})"
    )
    page.goto(chat_door.url)
    page.get_by_test_id("chat-input").wait_for()
    field = page.get_by_test_id("chat-input")

    def keyboard(height: int, top: int, scale: float = 1) -> float:
        page.evaluate(
            "seen => { Object.assign(visualViewport, seen); visualViewport.dispatchEvent(new Event('resize')) }",
            {"height": height, "offsetTop": top, "scale": scale},
        )
        box = field.bounding_box()
        return float(box["y"] + box["height"])

    without = keyboard(844, 0)

    assert 400 < keyboard(508, 60) <= 568
    assert keyboard(422, 100, scale=2) == without
    assert keyboard(844, 0) == without
