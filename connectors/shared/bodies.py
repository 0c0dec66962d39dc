"""Bodies of other people's answers, read to their end and no further than they may be long."""

from __future__ import annotations

import aiohttp


async def read_most(answer: aiohttp.ClientResponse, most: int) -> bytes | None:
    """Reads the whole body; None: it has more than `most` bytes.

    `content.read(n)` alone returns what has arrived so far, which of a picture is its beginning.
    """
    parts, size = [], 0
    async for part in answer.content.iter_chunked(64 * 1024):
        parts.append(part)
        size += len(part)
        if size > most:
            return None
    return b"".join(parts)
