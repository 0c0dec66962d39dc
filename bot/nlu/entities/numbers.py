"""Account numbers, phones and order numbers, typed or spoken; a missing digit is never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.entities.span import Span

_SPOKEN = {"零": "0", "〇": "0", "洞": "0", "幺": "1", "一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5",
           "六": "6", "七": "7", "拐": "7", "八": "8", "九": "9", "勾": "9"}  # fmt: skip
_DIGIT = rf"[\d{''.join(_SPOKEN)}]"
# A run of digits, single blanks or hyphens inside; voice input leaves more than one blank at times.
_RUN = re.compile(rf"(?<![A-Za-z\d]){_DIGIT}(?:[ \-—_,，、]{{0,2}}{_DIGIT}){{6,29}}(?!\d)")
_TICKET = re.compile(r"(?<![A-Za-z\d])([A-Za-z])[ \-]?(\d{11})(?:[ \-]+(\d{2})(?!\d))?(?!\d)")
_LAND_LINE = re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ACCOUNT_LENGTHS = frozenset({10, 13, 16})
# With the word beside it a number of a wrong length is still meant as an account number, and the dialogue says so.
_ACCOUNT_WORD = re.compile(r"[户护互沪]号|户好|缴费号|客户编号|用户编号|电费号|户口号|用户号")
_NEAR = 8


def tickets(text: str) -> Iterator[Span]:
    """Finds order numbers: a letter and eleven digits, with two more for a sub-order."""
    for match in _TICKET.finditer(text):
        letter, digits, sub = match.groups()
        yield Span("ticket_no", f"{letter.upper()}{digits}" + (f"-{sub}" if sub else ""), match.start(), match.end())


def phones(text: str) -> Iterator[Span]:
    """Finds mobile numbers and land lines with their area code."""
    for match in _LAND_LINE.finditer(text):
        yield Span("phone", match.group().replace(" ", "-"), match.start(), match.end())
    for start, end, digits in _runs(text):
        if _MOBILE.fullmatch(digits):
            yield Span("phone", digits, start, end)


def accounts(text: str) -> Iterator[Span]:
    """Finds account numbers of 10, 13 or 16 digits, and of other lengths where the text calls them so."""
    for start, end, digits in _runs(text):
        if _MOBILE.fullmatch(digits) or _is_ticket(text, start):
            continue
        if len(digits) in _ACCOUNT_LENGTHS or (8 <= len(digits) <= 18 and _is_called_account(text, start, end)):
            yield Span("account_no", digits, start, end)


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _RUN.finditer(text):
        pieces = _pieces(match.group())
        position = match.start()
        for piece in pieces:
            start = text.index(piece, position)
            position = start + len(piece)
            digits = "".join(_SPOKEN.get(char, char) for char in piece if char.isdigit() or char in _SPOKEN)
            yield start, position, digits


def _pieces(run: str) -> list[str]:
    """Splits a run where two numbers stand side by side, each whole by itself."""
    parts = [part for part in re.split(r"[ ,，、]+", run) if part]
    whole = [part for part in parts if len(re.sub(r"\D", "", part)) in _ACCOUNT_LENGTHS | {11}]
    return whole if len(whole) > 1 or (whole and len(parts) > 1 and len(whole[0]) >= 11) else [run]


def _is_ticket(text: str, start: int) -> bool:
    return any(span.start <= start < span.end for span in tickets(text))


def _is_called_account(text: str, start: int, end: int) -> bool:
    return bool(_ACCOUNT_WORD.search(text[max(0, start - _NEAR) : end + _NEAR]))
