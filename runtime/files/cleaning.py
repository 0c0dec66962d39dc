"""Takes out of a picture what it tells beside itself: the place and time it was taken, the telephone, the words.

What is not known to be needed to show the picture is left out, and so is what follows it: a file that is a picture and
something else as well comes out as the picture alone. Of a JPEG's own notes only the direction it is to be turned in is
kept, else it would lie on its side.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

from runtime.files.frames import NotReadable, gif_blocks

_SOS, _EOI = 0xDA, 0xD9
_APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_RESTARTS = range(0xD0, 0xD8)
_EXIF, _COLOURS = b"Exif\x00\x00", b"ICC_PROFILE\x00"
_ORIENTATION = 0x0112
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_NEEDED = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD"),
        *(b"pHYs", b"acTL", b"fcTL", b"fdAT"),
    }
)
_WEBP_NEEDED = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
# The bits of a WebP's header that announce EXIF and XMP.
_WEBP_ANNOUNCED = 0b1100


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
    for marker, segment in _segments(content):
        if marker == _APP1:
            turned = _orientation(segment[4:]) or turned
        elif not _is_talking(marker, segment):
            kept.append(segment)
    if turned != 1:
        kept.insert(1, _note_of(turned))
    return b"".join(kept)


def _is_talking(marker: int, segment: bytes) -> bool:
    """Notes of programs; APP0, the colours in APP2 and APP14 are needed to show the picture."""
    if marker == _APP2:
        return not segment[4:].startswith(_COLOURS)
    return marker == _COMMENT or (_APP2 < marker <= _APP15 and marker != _APP14)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments up to the end of the first picture; the scan of a picture belongs to its segment."""
    at, has_scan = 2, False
    while True:
        if content[at] != 0xFF:
            raise NotReadable("a segment has no marker")
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == _EOI:
            if not has_scan:
                raise NotReadable("no picture in it")
            yield marker, b"\xff\xd9"
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise NotReadable("a segment breaks off")
        if marker == _SOS:
            has_scan, end = True, _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands; inside a scan 0xFF is followed by 0 or a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise NotReadable("the picture breaks off")
        if content[at + 1] != 0 and content[at + 1] not in _RESTARTS:
            return at
        at += 2


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
        if name in _PNG_NEEDED:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end
    raise NotReadable("no end")


def _clean_webp(content: bytes) -> bytes:
    (declared,) = struct.unpack_from("<I", content, 4)
    content, kept, at = content[: 8 + declared + declared % 2], [], 12
    while at + 8 <= len(content):
        (length,) = struct.unpack_from("<I", content, at + 4)
        name, end = content[at : at + 4], at + 8 + length + length % 2
        if at + 8 + length > len(content):
            raise NotReadable("a chunk breaks off")
        chunk = content[at:end]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_ANNOUNCED]) + chunk[9:]
        if name in _WEBP_NEEDED:
            kept.append(chunk)
        at = end
    if not kept:
        raise NotReadable("no picture in it")
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _clean_gif(content: bytes) -> bytes:
    return b"".join(block.content for block in gif_blocks(content) if block.is_needed)


_CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _clean_jpeg,
    "image/png": _clean_png,
    "image/webp": _clean_webp,
    "image/gif": _clean_gif,
}
