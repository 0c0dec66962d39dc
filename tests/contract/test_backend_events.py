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


async def test_a_subscriber_is_registered_once_for_a_key_and_can_end(stand: Stand) -> None:
    backend, url = stand.notices_backend, "http://127.0.0.1:5070/events"
    asked = {"batch": 100, "idempotency_key": "notices-1"}
    made = await backend.subscribe(url, ["outage.*", "bill.issued"], **asked)
    again = await backend.subscribe(url, ["outage.*", "bill.issued"], **asked)
    listed = [one for one in await backend.subscribers() if one.url == url]

    assert again == made
    assert len(made.secret) > 20
    assert [(one.subscriber_id, one.types, one.secret, one.batch) for one in listed] == [
        (made.subscriber_id, ("outage.*", "bill.issued"), "", 100)
    ]
    await backend.unsubscribe(made.subscriber_id)
    await backend.unsubscribe(made.subscriber_id)
    assert made.subscriber_id not in {one.subscriber_id for one in await backend.subscribers()}
