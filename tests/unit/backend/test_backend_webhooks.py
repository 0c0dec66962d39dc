"""A webhook is taken only as the utility signed it: not forged, not changed, not played again later."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from backend.errors import BackendProtocolError
from backend.webhooks import HEADER, read_events, read_webhook
from utility.events import signing

NOW = datetime(2026, 11, 21, 2, tzinfo=timezone.utc)
EVENT = {
    "event_id": "7",
    "type": "order.closed",
    "at": "2026-11-21T10:00:00+08:00",
    "subject": "T26111600003",
    "account_no": None,
    "area_ids": ["TA04"],
    "data": {"kind": "complaint"},
}
BODY = json.dumps(EVENT).encode()


def test_what_the_utility_signs_is_read() -> None:
    event = read_webhook("secret", signing.signature("secret", NOW, BODY), BODY, NOW + timedelta(minutes=4))

    assert (event.event_id, event.type, event.account_no, event.area_ids) == ("7", "order.closed", "", ("TA04",))
    assert HEADER == signing.HEADER


@pytest.mark.parametrize(
    ("signature", "body", "later"),
    [
        ("", BODY, 0),
        ("t=1,v1=zz", BODY, 0),
        (signing.signature("another", NOW, BODY), BODY, 0),
        (signing.signature("secret", NOW, BODY), BODY + b" ", 0),
        (signing.signature("secret", NOW, BODY).replace("t=1", "t=2"), BODY, 0),
        (signing.signature("secret", NOW, BODY), BODY, 6),
        (signing.signature("secret", NOW, BODY), BODY, -6),
        (signing.signature("secret", NOW, b"{"), b"{", 0),
        (signing.signature("secret", NOW, b"{}"), b"{}", 0),
    ],
    ids=["none", "malformed", "forged", "changed", "moved in time", "replayed", "ahead", "not JSON", "no event"],
)
def test_everything_else_is_refused(signature: str, body: bytes, later: int) -> None:
    with pytest.raises(BackendProtocolError):
        read_webhook("secret", signature, body, NOW + timedelta(minutes=later))


def test_several_events_of_a_call_are_read_and_what_is_none_leaves_the_others_alone() -> None:
    content = {"events": [EVENT, {"event_id": "8"}, {**EVENT, "event_id": "9"}, 7]}

    events, unread = read_events(json.dumps(content).encode())

    assert [event.event_id for event in events] == ["7", "9"]
    assert [one.body for one in unread] == [b'{"event_id": "8"}', b"7"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"events": 1}', b"[" * 100_000], ids=["torn", "list", "one", "deep"])
def test_a_body_that_holds_no_event_is_kept_as_it_came(body: bytes) -> None:
    events, unread = read_events(body)

    assert (events, [one.body for one in unread]) == ([], [body])
