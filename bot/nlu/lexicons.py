"""Word lists in groups, `name: form form` a line; it reads them and knows nothing of what they are for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.characters import normalize
from bot.nlu.errors import LexiconWrong

_ENTRY = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\s*:\s*(?P<forms>.+)")


def read_lexicon(text: str, where: str) -> Iterator[tuple[str, str]]:
    """Gives (name, form) for a lexicon's lines, `name: form form`; # starts a comment.

    Raises:
        LexiconWrong: a line is not of that form.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.split("#")[0].strip()
        if not entry:
            continue
        match = _ENTRY.fullmatch(entry)
        if match is None:
            raise LexiconWrong(f"{where}:{number}: a line reads `name: form form`", path=where, line=number)
        for form in match["forms"].split():
            yield match["name"], normalize(form)
