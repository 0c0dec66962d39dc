"""Files as they lie on the disk: a name that is text only, and bytes that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from runtime.files.kinds import Kind

_NAME_MOST = 100


def named(name: str, kind: Kind) -> str:
    """A file's own name without folders and control characters; its ending is that of what it is."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem = "".join(character for character in last if character.isprintable())
    stem = PurePosixPath(stem or kind.kind).stem.strip(". ") or kind.kind
    return stem[:_NAME_MOST] + kind.ending


def write(file: Path, content: bytes) -> None:
    """Writes a file that is whole or not there, and that nobody else of this machine reads."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = file.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as open_file:
        open_file.write(content)
        open_file.flush()
        os.fsync(open_file.fileno())
    partial.replace(file)
