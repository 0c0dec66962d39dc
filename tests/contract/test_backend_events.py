"""The stream of events on every company: a cursor stays where it is until something happens."""

from __future__ import annotations

import pytest

from backend.errors import BackendProtocolError
from tests.contract.stands import Stand


async def test_at_the_end_of_the_stream_the_cursor_stays(stand: Stand) -> None:
    end = await stand.backend.events(most=200)
    while end.events:
        end = await stand.backend.events(end.cursor, most=200)

    again = await stand.backend.events(end.cursor)

    assert (again.events, again.cursor) == ((), end.cursor)


async def test_a_type_that_never_happened_gives_nothing_and_a_cursor_to_go_on_from(stand: Stand) -> None:
    page = await stand.backend.events(kind="nothing.happened")

    assert page.events == ()
    assert (await stand.backend.events(page.cursor, kind="nothing.*")).events == ()


async def test_a_cursor_that_was_never_given_out_is_refused(stand: Stand) -> None:
    with pytest.raises(BackendProtocolError):
        await stand.backend.events("nonsense")
