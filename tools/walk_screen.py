"""The people of a walk, each before a screen: the customer's chat page, the agent's desk."""

from __future__ import annotations

import io
import json
import re
import shutil
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from tools import say
from tools.dialogues.books import Books, wait_until

_SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--lang=zh-CN"]
_AGENT = "K0104"
_TURN_SECONDS, _SCREEN_MS = 30, 20_000
# Pictures of a page have few colours; so many keep a phone's screen below 150 KB.
_COLOURS = 128


class Unheard(Exception):
    """The customer did not hear, or could not press, what the flow says."""


@contextmanager
def open_browser() -> Iterator[Any]:
    """Opens the machine's own Chromium, or the one Playwright downloaded.

    Raises:
        ToolError: there is none.
    """
    from playwright.sync_api import Error, sync_playwright  # heavy: only where a browser is wanted

    found = next((path for name in _SYSTEM if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        except Error as error:
            raise say.ToolError(
                f"No browser: install chromium, or run `playwright install chromium` ({error})."
            ) from error
        yield browser
        browser.close()


class Customer:
    """A person on the chat page; the same visitor on whatever screen is opened."""

    def __init__(self, browser: Any, base: str, books: Books) -> None:
        self._browser, self._base, self._books = browser, base, books
        request = urllib.request.Request(
            f"{base}/webhooks/web/session", data=b"{}", headers={"content-type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            session = json.load(answer)
        self.user_id: str = session["visitor_id"]
        self._token: str = session["token"]
        self._context: Any = None
        self._page: Any = None

    def open(self, viewport: Mapping[str, int], *, sharpness: int) -> None:
        """Opens the chat on a screen of that size, in place of the one before."""
        self.close()
        self._context = self._browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport=viewport, device_scale_factor=sharpness
        )
        self._context.add_init_script(f"localStorage.setItem('gridtalk.token', {json.dumps(self._token)})")
        self._page = self._context.new_page()
        self._page.goto(self._base)
        self._page.get_by_test_id("chat-input").wait_for(timeout=_SCREEN_MS)
        self._page.wait_for_timeout(1200)

    def close(self) -> None:
        """Closes the screen."""
        if self._context is not None:
            self._context.close()
            self._context = None

    def does(self, step: Mapping[str, Any]) -> str:
        """Says or presses what the step says, waits for the answer; returns what it was, in words.

        Raises:
            Unheard: there is no such button, or no answer.
        """
        sent = self._sent()
        told = self._press(str(step["press"])) if "press" in step else self._say(self._filled(str(step["say"])))
        if not wait_until(lambda: self._sent() > sent, _TURN_SECONDS, pause=0.1):
            raise Unheard(f"the chat page did not send: {told}")
        conversation = f"web:{self.user_id}"
        if not wait_until(lambda: not self._books.turn_waits(conversation), _TURN_SECONDS, pause=0.1):
            raise Unheard(f"no answer to: {told}")
        self._page.wait_for_timeout(500)
        return told

    def hears(self, pattern: str) -> None:
        """Waits for words on the screen.

        Raises:
            Unheard: they do not come.
        """
        if not wait_until(lambda: bool(re.search(pattern, self._heard(), re.DOTALL)), 8, pause=0.2):
            raise Unheard(f"{pattern!r} was not heard, but: {self._heard()[-300:]}")

    def picture(self, path: Path) -> None:
        """Keeps the screen, once what has just arrived stands still."""
        self._page.wait_for_timeout(600)
        _keep(self._page, path)

    def _say(self, text: str) -> str:
        self._page.get_by_test_id("chat-input").fill(text)
        self._page.get_by_test_id("chat-send").click()
        return f"says: {text}"

    def _press(self, pattern: str) -> str:
        buttons = self._page.get_by_test_id("quick-reply")
        labels = buttons.all_inner_texts()
        number = next((place for place, label in enumerate(labels) if re.search(pattern, label)), None)
        if number is None:
            raise Unheard(f"no button {pattern!r} among {labels}")
        buttons.nth(number).click()
        return f"presses: {labels[number]}"

    def _filled(self, text: str) -> str:
        return text.replace("${code}", self._books.last_code()) if "${code}" in text else text

    def _sent(self) -> int:
        return int(self._page.locator('[data-testid="message"][data-role="customer"]').count())

    def _heard(self) -> str:
        """What was said since the customer's last message, cards included."""
        rows = self._page.locator('[data-testid="message"]')
        lines: list[str] = []
        for number in range(rows.count() - 1, -1, -1):
            row = rows.nth(number)
            if row.get_attribute("data-role") == "customer":
                break
            lines.insert(0, row.inner_text())
        return "\n".join(lines)


class Agent:
    """A person at the desk."""

    def __init__(self, browser: Any, base: str, password: str, viewport: Mapping[str, int]) -> None:
        self._context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=viewport)
        self._page = self._context.new_page()
        self._page.goto(base)
        for field, text in (("login-username", _AGENT), ("login-password", password)):
            self._page.get_by_test_id(field).fill(text)
        self._page.get_by_test_id("login-submit").click()
        self._page.get_by_test_id("connection-state").wait_for(timeout=_SCREEN_MS)

    def does(self, act: str, text: str) -> None:
        """Accepts, says or returns."""
        {"accept": self._accept, "say": self._say, "return": self._return}[act](text)
        self._page.wait_for_timeout(800)

    def picture(self, path: Path) -> None:
        """Keeps the desk's screen."""
        _keep(self._page, path)

    def close(self) -> None:
        """Leaves the desk."""
        self._context.close()

    def _accept(self, _: str) -> None:
        self._page.get_by_test_id("accept").first.click(timeout=_SCREEN_MS)
        self._page.get_by_test_id("takeover-card").wait_for(timeout=_SCREEN_MS)

    def _say(self, text: str) -> None:
        self._page.get_by_test_id("mode-reply").click()
        self._page.get_by_test_id("reply-input").fill(text)
        self._page.get_by_test_id("reply-send").click()

    def _return(self, note: str) -> None:
        self._page.get_by_test_id("return-button").click()
        self._page.get_by_test_id("return-note").fill(note)
        self._page.get_by_test_id("return-confirm").click()


def _keep(page: Any, path: Path) -> None:
    """Keeps what a page shows, in few colours: a repository is no place for megabytes."""
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    seen.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
