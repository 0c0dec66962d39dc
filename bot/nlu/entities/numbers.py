"""Numbers that name something: accounts, phones, meters, orders, identity cards; a missing digit is never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.entities.chinese_numbers import SPOKEN_DIGITS, spoken_digits
from bot.nlu.entities.span import Span

_SPOKEN = f"[{''.join(SPOKEN_DIGITS)}]"
_DIGIT = rf"[\d{''.join(SPOKEN_DIGITS)}]"
# A run of digits, single blanks or hyphens inside; voice input leaves more than one blank at times.
_RUN = re.compile(rf"(?:\+|(?<![A-Za-z\d]))(?<!\d\.){_DIGIT}(?:[ \-—_,，、]{{0,2}}{_DIGIT}){{6,29}}(?![\dA-Wa-wYZyz])")
_TOKEN = re.compile(rf"\d+|[{''.join(SPOKEN_DIGITS)}]+")
# How the letters of orders sound when they are read aloud.
_SOUNDS = {"恩": "N", "嗯": "N", "诶": "A", "西": "C", "杰": "J", "批": "P", "屁": "P", "提": "T", "踢": "T", "欧": "O",
           "艾弗": "F", "艾福": "F", "爱福": "F", "艾夫": "F", "阿尔": "R", "优": "U"}  # fmt: skip
_TICKET = re.compile(
    rf"(?:(?<![A-Za-z\d])(?P<letter>[A-Za-z])|(?P<sound>{'|'.join(sorted(_SOUNDS, key=len, reverse=True))}))"
    rf"[ \-]?(?P<digits>{_DIGIT}(?:[ \-]?{_DIGIT}){{10}})(?:[ \-—]{{1,2}}(?P<sub>\d{{2}})(?!\d))?(?!\d|[ \-]\d{{3}})(?<!{_SPOKEN}(?={_DIGIT}))"
)
_LAND_LINE = re.compile(
    r"(?<![\d\-])\(?(?P<area>0\d{2,3})\)?(?:[\- ]{1,2}(?P<local>\d{7,8})|(?P<joined>\d{7,8}))(?![\d\-])"
)
_MOBILE = re.compile(r"(?:(?:00)?86)?(1[3-9]\d{9})")
_LAND_DIGITS = re.compile(r"(0(?:10|2\d))(\d{8})|(0[3-9]\d{2})(\d{7,8})")
_MIXED = re.compile(
    r"(?<![A-Za-z\d@.\-])(?=[A-Za-z\-]{0,8}\d)[A-Za-z\d][A-Za-z\d\-]{6,22}[A-Za-z\d](?![A-Za-z\d@\-]|\.[a-z])"
)
_IDENTITY = re.compile(r"(?<![A-Za-z\d])[1-9](?:[ \-]?\d){16}[ \-]?[\dXx](?![A-Za-z\d])")
_BORN = re.compile(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_ACCOUNT_LENGTHS = frozenset({10, 13, 16})
_METER_BARCODE_LENGTH = 22
_WHOLE_LENGTHS = _ACCOUNT_LENGTHS | {_METER_BARCODE_LENGTH}
_MOST_TOKENS = 22
_METER_LENGTHS = range(8, 25)
# What the words before a number call it; the last one said counts. After it, only 这块表 and the like.
_CALLED = re.compile(
    r"(?P<meter>电?表的?(?:号|编号|条码|资产)|电表资产|资产(?:编?号|条码)|表[上面]{1,2}(?:那|的|贴|印|写)[^,，。]{0,4}(?:号|数字|串)?|条形?码|电表$|表箱?号)"
    r"|(?P<account>[户护互沪]号|户好|缴费号|客户编号|用户编号|电费号|户口号|用户号)"
    r"|(?P<ticket>工单号?|[单弓]号|受理号?|[案报][件修]编?号|案件|业务号|预约号|申请号|流程号|事件号|投诉号|编号)"
    r"|(?P<other>卡号|银行卡|信用卡|流水号?|订单号?|交易号?|税号|纳税|(?:快递|包裹|物流|取件)的?单?号?|运单号?|身份证)"
)
# An order of another company's numbering: what is called one, letters or not (taxonomy: 8 to 20 of [0-9A-Z]).
_CALLED_TICKET = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{0,4}-?\d{6,18}(?:-\d{1,4})?(?![A-Za-z\d])")
_TICKET_LENGTHS = range(8, 21)
_CALLED_AFTER = re.compile(r"\s?的?(?:这|那)?(?:[个只块])?(?:电?表(?![示])|是?表号)")
_NEAR = 24


def tickets(text: str) -> Iterator[Span]:
    """Finds order numbers: a letter, or its sound, and eleven digits, with two more for a sub-order; or what is called one."""
    own = list(_own_tickets(text))
    yield from own
    for match in _CALLED_TICKET.finditer(text):
        word = match.group().upper()
        if len(word) not in _TICKET_LENGTHS or _MOBILE.fullmatch(word) or _called(text, match.start()) != "ticket":
            continue
        if not any(span.start < match.end() and match.start() < span.end for span in own):
            yield Span("ticket_no", word, match.start(), match.end())


def _own_tickets(text: str) -> Iterator[Span]:
    for match in _TICKET.finditer(text):
        if match["letter"] and _called(text, match.start()) == "meter":
            continue
        letter = (match["letter"] or _SOUNDS[match["sound"]]).upper()
        sub = f"-{match['sub']}" if match["sub"] else ""
        yield Span("ticket_no", letter + spoken_digits(match["digits"]) + sub, match.start(), match.end())


def phones(text: str) -> Iterator[Span]:
    """Finds mobile numbers, with +86 or without, and land lines with their area code."""
    taken = 0
    for match in _LAND_LINE.finditer(text):
        digits = _LAND_DIGITS.fullmatch(match["area"] + (match["local"] or match["joined"]))
        if digits and _called(text, match.start()) != "meter":
            taken = match.end()
            yield Span("phone", _land_line(digits), match.start(), match.end())
    for start, end, digits_said in _runs(text):
        mobile = _MOBILE.fullmatch(digits_said)
        spoken = None if text[start].isdecimal() else _LAND_DIGITS.fullmatch(digits_said)
        if start < taken or _is_own_ticket(text, start):
            continue
        if mobile or spoken:
            yield Span("phone", mobile[1] if mobile else _land_line(spoken), start, end)  # type: ignore[arg-type]


def accounts(text: str) -> Iterator[Span]:
    """Finds account numbers: 10, 13 or 16 digits that nothing beside them calls another number."""
    for start, end, digits in _runs(text):
        if len(digits) not in _ACCOUNT_LENGTHS or _MOBILE.fullmatch(digits) or _is_ticket(text, start):
            continue
        called = _called(text, start)
        if called == "account" or (called is None and not _is_this_meter(text, digits, end)):
            yield Span("account_no", digits, start, end)


def meters(text: str) -> Iterator[Span]:
    """Finds meter numbers: any that is called one, letters before digits, or the 22 digits of the bar code."""
    for match in _MIXED.finditer(text):
        word = match.group().replace("-", "").upper()
        if not word.isdecimal() and _is_meter(text, match, word):
            yield Span("meter_no", word, match.start(), match.end())
    for start, end, digits in _runs(text):
        called = _called(text, start)
        by_name = called == "meter" or (called is None and _is_this_meter(text, digits, end))
        barcode = len(digits) == _METER_BARCODE_LENGTH and called in (None, "meter")
        if (by_name and len(digits) in _METER_LENGTHS and not _MOBILE.fullmatch(digits)) or barcode:
            yield Span("meter_no", digits, start, end)


def id_numbers(text: str) -> Iterator[Span]:
    """Finds identity card numbers of 18 places with a day of birth inside; the check digit is not computed."""
    for match in _IDENTITY.finditer(text):
        digits = re.sub(r"[ \-]", "", match.group()).upper()
        if _BORN.fullmatch(digits) and _called(text, match.start()) not in ("meter", "account"):
            yield Span("id_number", digits, match.start(), match.end())


def _land_line(digits: re.Match[str]) -> str:
    return f"{digits[1] or digits[3]}-{digits[2] or digits[4]}"


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Finds long runs of digits; where a run is no number as a whole, the whole numbers inside it."""
    for match in _RUN.finditer(text):
        tokens = [token.span() for token in _TOKEN.finditer(text, match.start(), match.end())]
        if len(tokens) > 1 and _is_said_in_one(text, match, tokens):
            yield match.start(), match.end(), spoken_digits(match.group())
        elif len(tokens) > 1:
            yield from _grouped(text, tokens)
        elif tokens:
            yield match.start(), match.end(), spoken_digits(match.group())


def _is_said_in_one(text: str, match: re.Match[str], tokens: list[tuple[int, int]]) -> bool:
    """Figures and spoken digits mixed without a blank between them, as many as a number of a known length has."""
    joined = all(before[1] == after[0] for before, after in zip(tokens, tokens[1:], strict=False))
    return joined and len(spoken_digits(match.group())) in _WHOLE_LENGTHS


def _grouped(text: str, tokens: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Joins tokens from the left to numbers of a known length: 6201 4432 18890 8月."""
    left, found = 0, False
    whole = [_is_whole(spoken_digits(text[start:end])) for start, end in tokens]
    while left < len(tokens):
        most = next((n for n in range(left, len(tokens)) if whole[n]), len(tokens))
        for right in range(left + 1 if most == left else min(most, left + _MOST_TOKENS), left, -1):
            start, end = tokens[left][0], tokens[right - 1][1]
            digits = spoken_digits(text[start:end])
            if _is_whole(digits):
                yield (start - 1 if text[start - 1 : start] == "+" else start), end, digits
                left, found = right, True
                break
        else:
            left += 1
    if not found:
        start, end = tokens[0][0], tokens[-1][1]
        yield start, end, spoken_digits(text[start:end])


def _is_whole(digits: str) -> bool:
    return len(digits) in _WHOLE_LENGTHS or bool(_MOBILE.fullmatch(digits))


def _is_ticket(text: str, start: int) -> bool:
    return _is_own_ticket(text, start) or _called(text, start) == "ticket"


def _is_own_ticket(text: str, start: int) -> bool:
    near = max(0, start - 4)
    return any(span.start <= start - near < span.end for span in _own_tickets(text[near : start + 40]))


def _is_meter(text: str, match: re.Match[str], word: str) -> bool:
    called = _called(text, match.start())
    if called == "meter":
        return True
    lettered = re.fullmatch(r"[A-Z]{2,4}\d{8,20}", word)
    return bool(lettered and (called is None)) and not any(True for _ in _own_tickets(match.group()))


def _is_this_meter(text: str, digits: str, end: int) -> bool:
    """Behind a number, 这块表 makes it the meter's only if it does not look like an account: those begin with no 0."""
    looks_like_account = len(digits) in _ACCOUNT_LENGTHS and not digits.startswith("0")
    return not looks_like_account and bool(_CALLED_AFTER.match(text, end))


def _called(text: str, start: int) -> str | None:
    """Returns what the words before a number call it: account, meter or other; None when they do not tell."""
    found = None
    for match in _CALLED.finditer(text, max(0, start - _NEAR), start):
        found = match.lastgroup
    return found
