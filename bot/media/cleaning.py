"""Takes out of a picture what it tells beside itself: the place and time it was taken, the telephone, the words.

Of a JPEG's own notes only the direction it is to be turned in is kept, else it would lie on its side.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

_SOS, _EOI = 0xDA, 0xD9
# APP1 (EXIF, XMP), APP13 (IPTC) and comments; APP0, APP2 (colours) and APP14 are needed to show the picture.
_TALKING = frozenset({0xE1, 0xED, 0xFE})
_END = b"\xff\xd9"
_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_TALKING = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_WEBP_TALKING = frozenset({b"EXIF", b"XMP "})
# The bits of a WebP's header that announce EXIF and XMP.
_WEBP_ANNOUNCED = 0b1100


class NotReadable(ValueError):
    """The file says it is a picture and is none."""


def cleaned(content: bytes, mime: str) -> bytes:
    """Returns the picture without its notes; other kinds pass as they are.

    Raises:
        NotReadable: the file breaks off or is not built as its kind is.
    """
    clean = _CLEANERS.get(mime)
    try:
        return clean(content) if clean else content
    except (struct.error, IndexError) as error:
        raise NotReadable(str(error)) from error


def _clean_jpeg(content: bytes) -> bytes:
    kept, turned = [b"\xff\xd8"], 1
    for marker, segment, rest in _segments(content):
        if marker in _TALKING:
            turned = _orientation(segment[4:]) or turned
        else:
            kept.append(segment)
        if marker == _SOS:
            kept.append(_up_to_the_end(rest))
    if turned != 1:
        kept.insert(1, _note_of(turned))
    return b"".join(kept)


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The segments up to the picture itself, which is the `rest` of the last one."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise NotReadable("a segment has no marker")
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == _EOI:
            raise NotReadable("no picture in it")
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise NotReadable("a segment breaks off")
        yield marker, content[at:end], content[end:]
        if marker == _SOS:
            return
        at = end


def _up_to_the_end(scans: bytes) -> bytes:
    """Cuts off what follows the picture: telephones hide a second one there, with notes of its own."""
    end = scans.find(_END)
    return scans if end < 0 else scans[: end + len(_END)]


def _orientation(note: bytes) -> int:
    """The direction an EXIF note names, or 0."""
    if not note.startswith(_EXIF):
        return 0
    tiff = note[len(_EXIF) :]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 0
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for place in range(min(count, 200)):
            tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * place)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _note_of(turned: int) -> bytes:
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    body = _EXIF + tiff
    return struct.pack(">BBH", 0xFF, 0xE1, len(body) + 2) + body


def _clean_png(content: bytes) -> bytes:
    kept, at = [_PNG_START], len(_PNG_START)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise NotReadable("a chunk breaks off")
        if name not in _PNG_TALKING:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end
    raise NotReadable("no end")


def _clean_webp(content: bytes) -> bytes:
    kept, at = [], 12
    while at + 8 <= len(content):
        (length,) = struct.unpack_from("<I", content, at + 4)
        name, end = content[at : at + 4], at + 8 + length + length % 2
        if at + 8 + length > len(content):
            raise NotReadable("a chunk breaks off")
        chunk = content[at:end]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_ANNOUNCED]) + chunk[9:]
        if name not in _WEBP_TALKING:
            kept.append(chunk)
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


_CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _clean_jpeg,
    "image/png": _clean_png,
    "image/webp": _clean_webp,
}
