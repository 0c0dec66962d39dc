"""What may be handed in as a document: jpg, png or pdf by its first bytes, never by its name."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from sanic import Request

from utility.errors import Refusal

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
DRAINED = 8
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECK_DIGITS = "10X98765432"


@dataclass(frozen=True)
class Handed:
    """A document as it came in: its kind, the name of its file, its bytes."""

    code: str
    file_name: str
    content: bytes


class TooLarge(Refusal):
    """More bytes than a document may have."""

    status = 413


class NoDocument(Refusal):
    """Not what a document is made of."""

    status = 415


async def received(request: Request, most: int) -> bytes:
    """Reads the body of an upload; this route alone takes more than a form, and keeps not more than `most`.

    What is too large is read to its end and thrown away, for a client that is cut off while it sends hears no answer;
    past `DRAINED` times the limit it is cut off all the same (413 of the server).

    Raises:
        TooLarge: `document.too_large`.
    """
    request.stream.request_max_size = most * DRAINED
    parts, size = [], 0
    async for part in request.stream:
        size += len(part)
        if size <= most:
            parts.append(part)
    if size > most:
        raise TooLarge("document.too_large", f"A document has at most {most} bytes.", most=most)
    request.body = b"".join(parts)
    return request.body  # type: ignore[no-any-return]  # sanic's


def media_type_of(content: bytes) -> str:
    """Returns what a document is, by its first bytes.

    Raises:
        NoDocument: `document.empty` or `document.type`.
    """
    if not content:
        raise NoDocument("document.empty", "There is nothing in the document.")
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            return media_type
    raise NoDocument("document.type", "A document is a jpg, a png or a pdf, by its first bytes.")


def digest_of(content: bytes) -> str:
    """Returns the fingerprint of a document."""
    return hashlib.sha256(content).hexdigest()


def masked_name(name: str) -> str:
    """Shows of a file name its first character and its ending: names of files tell names of people."""
    path = PurePosixPath(unquote(name).replace("\\", "/"))
    return f"{path.stem[:1]}***{path.suffix[:8]}" if path.stem else ""


def is_id_number(number: str) -> bool:
    """Tells whether an identity number (18 characters) is readable: its check digit is right."""
    if not re.fullmatch(r"\d{17}[\dXx]", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11] == number[17].upper()


def person_digest(secret: bytes, number: str) -> str:
    """Returns what is kept of an identity number: enough to see the same person again, not enough to read it."""
    return hmac.new(secret, number.upper().encode(), hashlib.sha256).hexdigest()
