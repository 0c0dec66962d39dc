"""The hash of what is in files and folders: it decides whether something built from them is still fresh."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_MADE = frozenset({"node_modules", "dist", "__pycache__", ".vite", "coverage"})


def content_hash(root: Path, paths: Iterable[str]) -> str:
    """Hashes names and bytes of every file under `paths` (relative to `root`); a missing path counts as empty."""
    digest = hashlib.sha256()
    for file in sorted(_files(root, paths)):
        digest.update(f"{file.relative_to(root).as_posix()}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(root: Path, paths: Iterable[str]) -> Iterator[Path]:
    for path in (root / name for name in paths):
        if path.is_file():
            yield path
        for file in path.rglob("*"):
            if file.is_file() and not _MADE.intersection(file.relative_to(root).parts):
                yield file
