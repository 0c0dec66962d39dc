"""What customers of played conversations send by a name: a small valid picture, or what no door should take."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

_SIDE = 64
_MEGABYTES = re.compile(r"(\d{1,3})\s*MB", re.IGNORECASE)
_EMPTY = re.compile(r"empty|空", re.IGNORECASE)
_STARTS = {
    ".exe": b"MZ\x90\x00\x03\x00\x00\x00",
    ".pdf": b"%PDF-1.7\n",
    ".zip": b"PK\x03\x04",
    ".mp4": b"\x00\x00\x00\x18ftypmp42",
    ".heic": b"\x00\x00\x00\x18ftypheic",
    ".txt": b"hello",
}


def picture(name: str) -> bytes:
    """The file of that name if there is one, else one made up: `.exe` is a program, `50MB` in it makes it as long."""
    file = Path(name)
    if file.is_file():
        return file.read_bytes()
    if _EMPTY.search(name):
        return b""
    start = next((start for ending, start in _STARTS.items() if name.lower().endswith(ending)), None)
    content = start + bytes(200) if start else _made_up(name)
    size = _MEGABYTES.search(name)
    return content.ljust(int(size[1]) * 1024 * 1024, b"\x00") if size else content


def _made_up(name: str) -> bytes:
    colour = struct.pack(">I", zlib.crc32(name.encode()))[:3]
    rows = (b"\0" + colour * _SIDE) * _SIDE
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
