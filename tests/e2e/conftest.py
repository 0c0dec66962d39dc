"""The widget alone, without the stack behind it: its mock server, and a page that embeds it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.chat_door import ChatDoor, running_chat_door
from tests.fakes.host_page import HostPage, running_host_page


@pytest.fixture(scope="session")
def chat_door() -> Iterator[ChatDoor]:
    """The built chat page with a canned conversation."""
    with running_chat_door() as door:
        yield door


@pytest.fixture
def host_page(chat_door: ChatDoor) -> Iterator[HostPage]:
    """A foreign page with one script tag."""
    with running_host_page(chat_door.url) as page:
        yield page
