"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

IMAGE, VOICE, FILE = "image", "voice", "file"


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken."""

    kind: str
    mime: str
    ending: str


_JPEG = Kind(IMAGE, "image/jpeg", ".jpg")
_PNG = Kind(IMAGE, "image/png", ".png")
_GIF = Kind(IMAGE, "image/gif", ".gif")
_WEBP = Kind(IMAGE, "image/webp", ".webp")
# What an agent may send beside pictures; no customer may.
PDF = Kind(FILE, "application/pdf", ".pdf")
_AMR = Kind(VOICE, "audio/amr", ".amr")
_MP3 = Kind(VOICE, "audio/mpeg", ".mp3")
_WAV = Kind(VOICE, "audio/wav", ".wav")
_WEBM = Kind(VOICE, "audio/webm", ".webm")
_OGG = Kind(VOICE, "audio/ogg", ".ogg")

_STARTS = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"#!AMR", _AMR),
    (b"ID3", _MP3),
    (b"\xff\xfb", _MP3),
    (b"\xff\xf3", _MP3),
    (b"\xff\xf2", _MP3),
    (b"\x1aE\xdf\xa3", _WEBM),
    (b"OggS", _OGG),
)
# A RIFF file says what it is after its length.
_RIFF, _RIFF_FORMS = b"RIFF", {b"WEBP": _WEBP, b"WAVE": _WAV}

# An ISO file says what it is behind "ftyp"; the photos of an iPhone do.
_ISO = slice(4, 8)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})


def is_heic(content: bytes) -> bool:
    """Whether it is a picture that most browsers cannot show: HEIC or AVIF."""
    return content[_ISO] == b"ftyp" and content[8:12] in _HEIC_BRANDS


def kind_of(content: bytes) -> Kind | None:
    """Returns what a file is, or None when it is nothing that is taken."""
    if content.startswith(_RIFF):
        return _RIFF_FORMS.get(content[8:12])
    return next((kind for start, kind in _STARTS if content.startswith(start)), None)


def is_pdf(content: bytes) -> bool:
    """Whether it is a PDF from its first byte on: what stands before it could be another kind of file."""
    return content.startswith((b"%PDF-1.", b"%PDF-2."))


# What makes a PDF do something when it is opened (ISO 32000-1, 12.6): no paper for a customer needs it.
_ACTING = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/OpenAction", b"/SubmitForm", b"/XFA")


def pdf_acts(content: bytes) -> bool:
    """Whether a PDF names an action; one hidden in a compressed stream is not seen here."""
    names = re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), content)
    return any(re.search(re.escape(name) + rb"(?![A-Za-z0-9])", names) for name in _ACTING)
