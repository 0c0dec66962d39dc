"""Masks what is personal before it reaches a log, an event, a transcript export or a screen.

The rules are those of docs/privacy.md (from the compliance notes): phone 3+4, account "尾号" of four digits,
name with its first character, address to the community, ID card and bank card last four.
"""

from __future__ import annotations

import re

# Longest first: an ID card holds digits that look like a phone, a bank card holds digits that look like an account.
_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(\d{17}[0-9Xx]|\d{16,19}|\d{13}|\d{10}|1[3-9]\d{9})(?![0-9])")
_SPACED_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[ -](\d{4})[ -](\d{4})(?!\d)")

# From the building on: community and road stay, building, unit, floor and room are hidden.
_BUILDING = re.compile(
    r"[0-9A-Za-z一二三四五六七八九十]+ ?(?:号|栋|幢|座|单元|室|层|楼|弄|[-#] ?[0-9]).*|(?<=[^0-9])[0-9]{3,4}$",
    re.DOTALL,
)


def mask_phone(phone: str) -> str:
    """Keeps three and four digits: 138****1011."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "****"


def mask_email(email: str) -> str:
    """Shows the first letter and the house of an e-mail address: `l***@example.com`; what is none is only stars."""
    name, at, house = email.partition("@")
    return f"{name[:1]}***@{house}" if name and at else "***" if email else ""


def mask_account(account_no: str) -> str:
    """Names an account by its last four digits only."""
    return f"尾号 {account_no[-4:]}"


def mask_name(name: str) -> str:
    """Keeps the first character of a person's name, first and last two of a company's."""
    if len(name) > 5:
        return f"{name[:2]}****{name[-2:]}"
    return name[:1] + "*" * (len(name) - 1)


def mask_address(address: str) -> str:
    """Keeps an address to the community or the road: 织女苑****."""
    return _BUILDING.sub("****", mask_text(address))


def mask_text(text: str) -> str:
    """Masks every phone, account, ID card and bank card number in free text."""
    text = _SPACED_PHONE.sub(lambda m: f"{m[1]}****{m[3]}", text)
    return _NUMBERS.sub(_mask_number, text)


def _mask_number(match: re.Match[str]) -> str:
    number = match[0]
    return mask_phone(number) if len(number) == 11 else f"****{number[-4:]}"
