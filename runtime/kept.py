"""Folders that are made once and kept: what is made from the same has the same name, and nobody sees half of one.

They lie in `.cache` of the project, or where that cannot be written in the machine's folder for such things. Deleting
them costs a start some time and nothing else.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PROJECT = Path(__file__).parent.parent
# How many of a kind are kept: what serves, what served before it, and two more.
_KEPT = 4
_ABANDONED_S = 3600.0
_DRAFT = ".draft-"


def kept(kind: str, name: str, make: Callable[[Path], None], root: Path | None = None) -> Path:
    """Returns the folder `name` of a kind; `make` fills an empty one where it is not there yet.

    Several processes may ask at once: each makes its own draft, the first one renames it, the others take that.
    """
    shelf = (root or home()) / kind
    place = shelf / name
    if not place.is_dir():
        shelf.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=shelf))
        try:
            make(draft)
            with suppress(OSError):  # somebody else was first: not empty
                draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _forget_old(shelf, place)
    with suppress(OSError):  # of another user, perhaps
        os.utime(place)
    return place


def home() -> Path:
    """The folder of all kinds: the project's, or a private one of this user where that cannot be written."""
    ours = _PROJECT / ".cache"
    with suppress(OSError):
        ours.mkdir(exist_ok=True)
    if os.access(ours, os.W_OK):
        return ours
    private = Path(tempfile.gettempdir()) / f"gridtalk-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.stat().st_uid != os.getuid():
        raise PermissionError(f"{private} belongs to somebody else")
    return private


def _forget_old(shelf: Path, newest: Path) -> None:
    """Removes what has not been used for longest; whoever has a file of it open or mapped keeps that file."""
    stamped = [(folder, _stamp(folder)) for folder in shelf.iterdir() if folder.is_dir() and folder != newest]
    drafts = [folder for folder, at in stamped if folder.name.startswith(_DRAFT) and time.time() - at > _ABANDONED_S]
    whole = sorted((at, folder) for folder, at in stamped if not folder.name.startswith(_DRAFT))
    for folder in [*drafts, *(folder for _, folder in whole[: max(0, len(whole) + 1 - _KEPT)])]:
        shutil.rmtree(folder, ignore_errors=True)


def _stamp(folder: Path) -> float:
    with suppress(FileNotFoundError):
        return folder.stat().st_mtime
    return 0.0
