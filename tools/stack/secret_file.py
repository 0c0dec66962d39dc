"""The secrets of a demo machine: made once at random, kept in a file only its owner reads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_RANDOM = (
    "WEB_TOKEN_SECRET",
    "UTILITY_TOKEN",
    "UTILITY_OPERATOR_TOKEN",
    "UTILITY_NOTICES_TOKEN",
    "CONSOLE_SESSION_SECRET",
    "PAPERS_TOKEN_SECRET",
)
_PASSWORD = "DESK_DEMO_PASSWORD"
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aeiou"


def load_or_make(path: Path) -> dict[str, str]:
    """Returns the secrets in `path`; what is missing there is made now and added."""
    known = _read(path)
    missing = {name: secrets.token_urlsafe(32) for name in _RANDOM if name not in known}
    if _PASSWORD not in known:
        missing[_PASSWORD] = pronounceable()
    if missing:
        _write(path, {**known, **missing})
    return {**known, **missing}


def pronounceable(words: int = 4) -> str:
    """Makes a password a person can read out, such as `kalo-mipe-suta-ribo`: 12 bits and more per word."""
    return "-".join("".join(_syllable() for _ in range(2)) for _ in range(words))


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def _write(path: Path, values: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    # Opened with its mode, so that it is at no moment readable by others.
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    draft.replace(path)
