"""The files a played customer sends, made up by their names: a small picture, or what no door should take."""

from __future__ import annotations

import re
import struct
import zlib

_MEGABYTES = re.compile(r"(\d{1,3})\s*MB", re.IGNORECASE)
_STARTS = {
    ".exe": b"MZ\x90\x00\x03\x00\x00\x00",
    ".pdf": b"%PDF-1.7\n",
    ".zip": b"PK\x03\x04",
    ".mp4": b"\x00\x00\x00\x18ftypmp42",
    ".heic": b"\x00\x00\x00\x18ftypheic",
    ".svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ".txt": b"hello",
}
_EMPTY = re.compile(r"empty|^0\s*B|空", re.IGNORECASE)


def bytes_of(name: str) -> bytes:
    """Returns what a file of this name holds; `50MB` in it makes it as long, any other name is a tiny picture."""
    if _EMPTY.search(name):
        return b""
    lowered = name.lower()
    content = next((start for ending, start in _STARTS.items() if lowered.endswith(ending)), None)
    content = content + bytes(200) if content else tiny_png()
    size = _MEGABYTES.search(name)
    return content.ljust(int(size[1]) * 1024 * 1024, b"\x00") if size else content


def tiny_png() -> bytes:
    """Returns a grey picture of eight by eight points."""
    rows = b"".join(b"\x00" + b"\x80" * 8 for _ in range(8))
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
