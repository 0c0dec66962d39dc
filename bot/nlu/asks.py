"""Several asks in one message: where one may end and the next begin; it only cuts, what each means the classifier says."""

from __future__ import annotations

import re

# Words that begin one more ask, in Mandarin and its neighbours; what stands before them is an ask of its own.
_NEXT = re.compile(
    r"(?:顺便|顺带|順便|另外|此外|还有(?=[,，、:：]|一[个件]|个事|就是|我|想|要|帮)|对了|哦对|还想(?=问|查|看|办)|还要(?=问|查|看|办|交)"
    r"|再(?:帮我?|给我|替我)?(?=查|看|问|办|交|报|约|开)|然后(?=再|帮|我想|我要|给我|查|看)|同时(?=帮|也|想|查)|以及|仲有|仲想|另(?=请|问|查))"
)
_STRONG = re.compile(r"[。！!？?；;\n]+")
_SHORTEST = 3


def cut(text: str) -> list[tuple[int, int]]:
    """Returns the stretches of a normalised text that may be asks of their own; the whole text when it is one."""
    ends = sorted({match.start() for match in _NEXT.finditer(text)} | {match.end() for match in _STRONG.finditer(text)})
    bounds = [0, *(end for end in ends if 0 < end < len(text)), len(text)]
    pieces = list(zip(bounds[:-1], bounds[1:], strict=True))
    return _long_enough(text, pieces)


def _long_enough(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Joins a piece that says too little to the one before it."""
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        said = sum(char.isalnum() for char in text[start:end])
        if joined and said < _SHORTEST:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined or [(0, len(text))]
