"""The frames of the web door: what is taken, what is refused, and that nothing crashes the parser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.shared.errors import DoorError, TooLong
from connectors.web.frames import Hello, Ping, Placed, Read, Said, Shown, Typing, decode, parse
from conversation.message import Location

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


def refused(act: Callable[[], object]) -> DoorError | None:
    """Runs `act` and returns the door's refusal, if it refuses; any other error is a bug and passes through."""
    try:
        act()
    except DoorError as refusal:
        return refusal
    return None


@pytest.mark.parametrize(
    ("fields", "frame"),
    [
        ({"type": "hello", "token": "t", "last_seq": 4}, Hello("t", 4)),
        ({"type": "hello", "token": "t"}, Hello("t", 0)),
        ({"type": "message", "client_id": "client-0001", "text": " 你好 \n"}, Said("client-0001", "你好")),
        (
            {"type": "press", "client_id": "client-0001", "label": "是", "payload": "是的"},
            Said("client-0001", "是的", "是"),
        ),
        (
            {
                "type": "location",
                "client_id": "client-0001",
                "latitude": -33,
                "longitude": 151.2,
                "label": " 悉尼\n港 ",
            },
            Placed("client-0001", Location(-33.0, 151.2, "悉尼 港")),
        ),
        (
            {"type": "image", "client_id": "client-0001", "media_id": "0" * 32},
            Shown("client-0001", "image", "0" * 32),
        ),
        (
            {"type": "voice", "client_id": "client-0001", "text": " 停电了 "},
            Shown("client-0001", "voice", "", "停电了"),
        ),
        ({"type": "voice", "client_id": "client-0001"}, Shown("client-0001", "voice", "")),
        ({"type": "typing", "on": True}, Typing(True)),
        ({"type": "read", "seq": 7}, Read(7)),
        ({"type": "ping"}, Ping()),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_a_frame_is_parsed(fields: dict[str, Any], frame: object) -> None:
    assert parse(decode(json.dumps(fields))) == frame


def test_a_text_of_2000_characters_is_taken_and_one_more_refused() -> None:
    assert parse({"type": "message", "client_id": "client-0001", "text": "电" * 2000}) == Said(
        "client-0001", "电" * 2000
    )

    with pytest.raises(TooLong):
        parse({"type": "message", "client_id": "client-0001", "text": "电" * 2001})


def test_control_characters_are_dropped_and_line_breaks_kept() -> None:
    frame = parse({"type": "message", "client_id": "client-0001", "text": "a\u0000b\ud800\nc"})

    assert frame == Said("client-0001", "ab\nc")


@given(st.text() | st.binary())
def test_any_bytes_are_a_frame_or_a_clear_refusal(raw: str | bytes) -> None:
    refusal = refused(lambda: parse(decode(raw)))

    assert refusal is None or (refusal.code.startswith("web.") and refusal.detail)


@given(st.dictionaries(st.sampled_from(["type", "client_id", "text", "token", "last_seq", "on", "seq", "label"]), JSON))
def test_any_object_is_a_frame_or_a_clear_refusal(fields: dict[str, Any]) -> None:
    refusal = refused(lambda: parse(fields))

    assert refusal is None or (refusal.code.startswith("web.") and refusal.detail)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "location", "latitude": 91, "longitude": 0},
        {"type": "location", "latitude": 0, "longitude": -180.5},
        {"type": "location", "latitude": "30", "longitude": 120},
        {"type": "location", "latitude": True, "longitude": 120},
        {"type": "location", "latitude": float("nan"), "longitude": 120},
        {"type": "location", "latitude": 10**400, "longitude": 120},
        {"type": "location", "longitude": 120},
        {"type": "location", "latitude": 30, "longitude": 120, "label": 5},
        {"type": "image"},
        {"type": "image", "media_id": "../../etc/passwd"},
        {"type": "voice", "media_id": 7},
        {"type": "voice", "text": ["a"]},
    ],
)
def test_a_place_off_the_earth_and_a_name_that_is_none_are_refused(fields: dict[str, Any]) -> None:
    refusal = refused(lambda: parse({"client_id": "client-0001", **fields}))

    assert refusal is not None
    assert refusal.code == "web.field.invalid"
