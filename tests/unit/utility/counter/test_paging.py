"""Pages: every item once, in order, whatever the limit; a cursor of somewhere else is refused by name."""

from __future__ import annotations

import base64
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utility.counter.paging import asked, cursor_of, page
from utility.errors import InvalidRequest


@given(st.sets(st.tuples(st.text(st.characters(min_codepoint=33, blacklist_categories=["Cs"])), st.integers())))
def test_pages_show_every_item_once_and_in_order(items: set[tuple[str, int]]) -> None:
    books, shown, cursor = sorted(items), [], ""
    while True:
        wanted = asked({"limit": "3", "cursor": cursor}, str, int)
        rows = [item for item in books if wanted.after is None or item > wanted.after][: wanted.fetch]
        found = page(rows, wanted, lambda item: item)
        shown += found.items
        if found.next_cursor is None:
            break
        cursor = found.next_cursor

    assert shown == books


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "xx",
        cursor_of("one part"),
        cursor_of("2026-13-01", "1"),
        cursor_of("2026-11-21", "a\x00"),
        base64.urlsafe_b64encode(b"[[1,2],3]").decode(),
        base64.urlsafe_b64encode(b'["2026-11-21", "\\ud800"]').decode(),
        base64.urlsafe_b64encode(b"{}").decode().rstrip("="),
    ],
)
def test_a_cursor_that_was_not_given_out_is_refused_by_name(cursor: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        asked({"cursor": cursor}, datetime.fromisoformat, str)

    assert (caught.value.reason, caught.value.fields["field"]) == ("field.invalid", "cursor")
