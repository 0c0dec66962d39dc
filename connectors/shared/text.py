"""Texts from outside, made fit for the transcript."""

from __future__ import annotations

import re

# Control characters have no place in a chat (line breaks and tabs stay); PostgreSQL stores no NUL nor lone surrogate.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: object) -> str:
    """Returns the text without control characters and without blanks around it; what is no text is empty."""
    return _CONTROL.sub("", text).strip() if isinstance(text, str) else ""
