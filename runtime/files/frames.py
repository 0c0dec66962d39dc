"""How large a picture becomes when it is shown, told without showing it: a few bytes may unfold into gigabytes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

# A telephone's largest photo has some 50 million pixels; a browser takes four bytes for each.
MOST_PIXELS = 64_000_000
# All frames of a moving picture together.
MOST_PIXELS_MOVING = 400_000_000

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOS = 0xDA
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0x21, 0x2C, 0x3B
_GIF_CONTROL, _GIF_APPLICATION = 0xF9, 0xFF
# Of the notes of programs only how often the picture is repeated.
_GIF_LOOP = b"NETSCAPE2.0"
_ANIMATED_WEBP = 0b10


class NotReadable(ValueError):
    """The file says it is a picture and is none."""


@dataclass(frozen=True)
class Extent:
    """Pixels of one frame, and how many frames there are."""

    pixels: int
    frames: int = 1

    @property
    def is_too_large(self) -> bool:
        """Whether showing it takes more than a browser should be asked for."""
        return self.pixels > MOST_PIXELS or self.pixels * self.frames > MOST_PIXELS_MOVING


def extent(content: bytes, mime: str) -> Extent | None:
    """Tells how large a picture is; None: it is no picture.

    Raises:
        NotReadable: it does not say, or has no surface.
    """
    measure = _MEASURES.get(mime)
    if measure is None:
        return None
    try:
        found = measure(content)
    except (struct.error, IndexError) as error:
        raise NotReadable(str(error)) from error
    if found.pixels <= 0 or found.frames <= 0:
        raise NotReadable("a picture without a surface")
    return found


def _jpeg(content: bytes) -> Extent:
    at = 2
    while True:
        marker = content[at + 1]
        if content[at] != 0xFF or marker == _SOS:
            raise NotReadable("it does not say how large it is")
        if marker == 0xFF:
            at += 1
            continue
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return Extent(width * height)
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + max(2, length)


def _png(content: bytes) -> Extent:
    name, width, height = struct.unpack_from(">4sII", content, 12)
    if name != b"IHDR":
        raise NotReadable("it does not say how large it is")
    frames, at = 1, 8
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        if content[at + 4 : at + 8] == b"acTL":
            (frames,) = struct.unpack_from(">I", content, at + 8)
            break
        at += 12 + length
    return Extent(width * height, max(1, frames))


def _webp(content: bytes) -> Extent:
    name = content[12:16]
    if name == b"VP8X":
        width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
        moving = content[20] & _ANIMATED_WEBP
        return Extent(width * height, max(1, content.count(b"ANMF")) if moving else 1)
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return Extent((width & 0x3FFF) * (height & 0x3FFF))
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return Extent(((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1))
    raise NotReadable("it does not say how large it is")


def _gif(content: bytes) -> Extent:
    width, height = struct.unpack_from("<HH", content, 6)
    frames = sum(block.kind == _GIF_IMAGE for block in gif_blocks(content))
    return Extent(width * height, frames)


_MEASURES: Mapping[str, Callable[[bytes], Extent]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/gif": _gif,
}


@dataclass(frozen=True)
class GifBlock:
    """One block of a GIF: its head (kind 0), an extension, an image, or the end."""

    kind: int
    label: int
    content: bytes

    @property
    def is_needed(self) -> bool:
        """Whether the picture is shown by it; comments and the notes of programs are not."""
        if self.kind != _GIF_EXTENSION or self.label == _GIF_CONTROL:
            return True
        return self.label == _GIF_APPLICATION and self.content[3:14] == _GIF_LOOP


def gif_blocks(content: bytes) -> Iterator[GifBlock]:
    """Reads a GIF block by block, up to its end.

    Raises:
        NotReadable: it breaks off.
    """
    at = 13 + _colours(content[10])
    yield GifBlock(0, 0, content[:at])
    while at < len(content):
        kind, begin = content[at], at
        if kind == _GIF_END:
            yield GifBlock(kind, 0, content[at : at + 1])
            return
        if kind == _GIF_EXTENSION:
            at = _past_parts(content, at + 2)
        elif kind == _GIF_IMAGE:
            at = _past_parts(content, at + 11 + _colours(content[at + 9]))
        else:
            raise NotReadable("a block of no kind")
        yield GifBlock(kind, content[begin + 1], content[begin:at])
    raise NotReadable("no end")


def _colours(flags: int) -> int:
    """The bytes of a table of colours that the flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _past_parts(content: bytes, at: int) -> int:
    """Where the parts of a block end: each says how long it is, the last one is empty."""
    while content[at]:
        at += content[at] + 1
    return at + 1
