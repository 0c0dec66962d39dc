"""People before real screens, for the tests of the desk in a browser: a customer, and somebody at the desk.

Extend these rather than writing selectors into a test: what stands on the desk has its hand here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

Page = Any
_WAIT_MS = 20_000


@dataclass(frozen=True)
class Customer:
    """A person on the chat page."""

    page: Page

    def come(self, base: str) -> None:
        """Opens the chat."""
        self.page.goto(base)
        self.page.get_by_test_id("chat-input").wait_for(timeout=_WAIT_MS)

    def say(self, text: str) -> None:
        """Writes."""
        self.page.get_by_test_id("chat-input").fill(text)
        self.page.get_by_test_id("chat-send").click()

    def hears(self, pattern: str) -> None:
        """Waits for words of somebody else."""
        others = self.page.locator('[data-testid="message"]:not([data-role="customer"])')
        others.filter(has_text=re.compile(pattern)).last.wait_for(timeout=_WAIT_MS)

    def heard(self, text: str) -> int:
        """How often these words stand on the page."""
        return int(self.page.locator('[data-testid="message"]').filter(has_text=text).count())


@dataclass(frozen=True)
class DeskPerson:
    """A person at the desk: an agent or a supervisor."""

    page: Page

    def log_in(self, base: str, number: str, password: str) -> None:
        """Comes to the desk and waits until it is live."""
        self.page.goto(base)
        self.enter(number, password)

    def enter(self, number: str, password: str) -> None:
        """Logs in on the page that stands there."""
        self.page.get_by_test_id("login-username").fill(number)
        self.page.get_by_test_id("login-password").fill(password)
        self.page.get_by_test_id("login-submit").click()
        self.is_online()

    def is_online(self) -> None:
        """Waits until the live wire stands."""
        self.page.locator('[data-testid="connection-state"][data-state="online"]').wait_for(timeout=_WAIT_MS)

    def is_cut_off(self) -> None:
        """Waits until the page says so."""
        self.page.get_by_test_id("offline-banner").wait_for(timeout=_WAIT_MS)

    def sees_waiting(self) -> None:
        """Waits for somebody in the queue."""
        self.page.get_by_test_id("accept").first.wait_for(timeout=_WAIT_MS)

    def accept(self) -> None:
        """Takes the first of the queue."""
        self.page.get_by_test_id("accept").first.click(timeout=_WAIT_MS)

    def serves(self) -> None:
        """Waits until the open conversation is this person's."""
        self.page.get_by_test_id("return-button").wait_for(timeout=_WAIT_MS)

    def is_told(self, pattern: str) -> None:
        """Waits for a word in the corner of the page."""
        self.page.locator(".ant-message-notice").filter(has_text=re.compile(pattern)).first.wait_for(timeout=_WAIT_MS)

    def list_tab(self, name: str) -> None:
        """Turns to a list: queue, mine, all."""
        self.page.get_by_test_id(f"tab-{name}").click()

    def open_chat(self, conversation_id: str) -> None:
        """Opens a conversation of the list."""
        self.page.locator(f'[data-testid="conversation-item"][data-conversation="{conversation_id}"]').click()
        self.page.locator('[data-testid="takeover-card"]').wait_for(timeout=_WAIT_MS)

    def type(self, text: str) -> None:
        """Types a reply and does not send it."""
        self.page.get_by_test_id("mode-reply").click()
        self.page.get_by_test_id("reply-input").fill(text)

    def send(self) -> None:
        """Sends what is typed."""
        self.page.get_by_test_id("reply-send").click()

    def say(self, text: str) -> None:
        """Writes to the customer."""
        self.type(text)
        self.send()

    def typed(self) -> str:
        """What stands in the field."""
        return str(self.page.get_by_test_id("reply-input").input_value())

    def note(self, text: str) -> None:
        """Writes to colleagues."""
        self.page.get_by_test_id("mode-note").click()
        self.page.get_by_test_id("reply-input").fill(text)
        self.page.get_by_test_id("reply-send").click()
        self.sees(text)

    def sees(self, text: str) -> None:
        """Waits for a line of the transcript."""
        self.page.get_by_test_id("desk-message").filter(has_text=text).last.wait_for(timeout=_WAIT_MS)

    def seen(self, text: str) -> int:
        """How often a line stands in the transcript."""
        return int(self.page.get_by_test_id("desk-message").filter(has_text=text).count())

    def give_back(self, note: str) -> None:
        """Gives the conversation back to the bot."""
        self._end("return", "return-note", note)

    def close(self, summary: str) -> None:
        """Ends the conversation."""
        self._end("close", "close-summary", summary)

    def take_over(self) -> None:
        """Takes the open conversation, from a colleague too."""
        self.page.get_by_test_id("takeover-button").click()
        confirm = self.page.get_by_test_id("takeover-confirm")
        taken = self.page.get_by_test_id("return-button")
        confirm.or_(taken).first.wait_for(timeout=_WAIT_MS)
        if not taken.is_visible():  # the bubble that asks is hidden once more while it moves in
            confirm.click()
        self.serves()

    def _end(self, act: str, field: str, text: str) -> None:
        self.page.get_by_test_id(f"{act}-button").click()
        self.page.get_by_test_id(field).fill(text)
        self.page.get_by_test_id(f"{act}-confirm").click()
        self.page.get_by_test_id(f"{act}-button").wait_for(state="detached", timeout=_WAIT_MS)
