"""What a short message surely means, whatever the classifier guesses: shapes of words, kept in words/meant.yml.

It changes no business and asks nobody; a shape that is not certain does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from conversation.offer import bare

# `meant_<intent>`; `meant_after_link_<intent>` counts only while a payment link is open.
_ALWAYS, _AFTER_LINK = "meant_", "meant_after_link_"
# The business the talk is about, for another account.
SAME = "same"
# These are believed when the classifier is sure of them: what they say besides is part of the matter.
_KEPT = frozenset({"danger_report", "complaint_submit", "report_violation", "reconnect_request"})


def meant_by(text: str, intent: str, patterns: Mapping[str, re.Pattern[str]], *, has_link: bool) -> str | None:
    """Names the intent that the words of `text` are certain of, if it is another one than was guessed."""
    said = bare(text)
    if intent in _KEPT:
        return None
    names = [name for name in patterns if name.startswith(_ALWAYS) and (has_link or not name.startswith(_AFTER_LINK))]
    found = (_intent(name) for name in sorted(names, reverse=True) if patterns[name].search(said))
    meant = next(found, None)
    return None if meant == intent else meant


def _intent(name: str) -> str:
    return name.removeprefix(_AFTER_LINK if name.startswith(_AFTER_LINK) else _ALWAYS)
