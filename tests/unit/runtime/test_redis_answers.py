"""What Redis says is read the same however it is cut into pieces."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.redis_line import Incomplete, packed, read

_TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
_LINE = st.from_regex(r"[A-Za-z ]{0,9}", fullmatch=True)
_ANSWER: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.integers(-(2**62), 2**62), _TEXT), lambda inner: st.lists(inner, max_size=4)
)


def said(answer: Any) -> bytes:
    """An answer as Redis says it."""
    if answer is None:
        return b"$-1\r\n"
    if isinstance(answer, int):
        return b":%d\r\n" % answer
    if isinstance(answer, list):
        return b"*%d\r\n%b" % (len(answer), b"".join(map(said, answer)))
    text = answer.encode()
    return b"$%d\r\n%b\r\n" % (len(text), text)


@given(answer=_ANSWER, behind=st.binary(max_size=5))
def test_an_answer_is_read_as_it_was_meant_and_no_farther(answer: Any, behind: bytes) -> None:
    whole = said(answer)

    assert read(whole + behind, 0) == (answer, len(whole))


@given(answer=_ANSWER, data=st.data())
def test_a_part_of_an_answer_is_none_yet(answer: Any, data: st.DataObject) -> None:
    whole = said(answer)
    cut = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(Incomplete):
        read(whole[:cut], 0)


@given(words=st.lists(st.one_of(_TEXT, st.integers(), st.binary(max_size=9)), min_size=1, max_size=5))
def test_a_command_is_written_with_the_lengths_of_its_words(words: list[str | int | bytes]) -> None:
    expected = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    parts = packed(tuple(words))
    at = parts.index(b"\r\n") + 2
    assert parts[1 : at - 2] == b"%d" % len(words)

    for word in expected:
        end = parts.index(b"\r\n", at)
        length = int(parts[at + 1 : end])
        assert parts[end + 2 : end + 2 + length] == word
        at = end + 4 + length
    assert at == len(parts)


def test_what_is_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot begin"):
        read(b"?what\r\n", 0)
