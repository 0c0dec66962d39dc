"""A real Chromium for the e2e tests: the machine's own, else the one Playwright downloaded, else a loud skip."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

Page = Any  # playwright's types are imported only where a browser runs
_SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
_AT_HOME = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


def find_chromium() -> str | None:
    """Returns the machine's own Chromium, if it has one."""
    return next((found for name in _SYSTEM if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the session."""
    from playwright.sync_api import Error, sync_playwright  # heavy: only where a browser is wanted

    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=find_chromium(), args=_ARGUMENTS)
        except Error as error:
            pytest.skip(f"NO BROWSER: install chromium (apt install chromium, or playwright install chromium): {error}")
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Page]]:
    """Opens pages that share nothing (each has its own cookies and storage); all are closed after the test."""
    with ExitStack() as opened:

        def open_page(**options: Any) -> Page:
            context = browser.new_context(**{**_AT_HOME, **options})
            opened.callback(context.close)
            return context.new_page()

        yield open_page


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page of its own."""
    return new_page()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """The folder that keeps what the tests saw."""
    folder = Path(__file__).parent.parent.parent / "test-artifacts" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
