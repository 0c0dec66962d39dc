"""Builds the widget and the desk's page with npm, each only when its sources changed since the last build.

python -m tools.build_front_ends           build what is stale
python -m tools.build_front_ends --test    run the front ends' own tests
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import say
from tools.content_hash import content_hash

PROJECT = Path(__file__).parent.parent
STAMPS = PROJECT / ".cache" / "front-ends"
OWN_NODE = PROJECT / ".tools" / "node" / "bin"


@dataclass(frozen=True)
class FrontEnd:
    """One folder with a package.json whose build lands in its `dist`."""

    name: str
    folder: Path

    @property
    def installed(self) -> Path:
        """The stamp of the last `npm ci`."""
        return self.folder / "node_modules" / ".installed"

    def sources(self) -> str:
        """Returns the hash of everything the build reads."""
        return content_hash(PROJECT, [str(self.folder.relative_to(PROJECT)), "contracts"])

    def packages(self) -> str:
        """Returns the hash of what `npm ci` reads."""
        return content_hash(self.folder, ["package.json", "package-lock.json"])


FRONT_ENDS = (FrontEnd("widget", PROJECT / "widget"), FrontEnd("desk", PROJECT / "console" / "web"))


def main(arguments: Sequence[str]) -> None:
    """Builds or tests both front ends; ends with one sentence when npm fails."""
    try:
        for front_end in FRONT_ENDS:
            check(front_end) if "--test" in arguments else build(front_end)
    except say.ToolError as error:
        say.stop(str(error))


def build(front_end: FrontEnd) -> None:
    """Builds one front end if its sources changed.

    Raises:
        ToolError: npm is missing or fails.
    """
    stamp, sources = STAMPS / f"{front_end.name}.built", front_end.sources()
    if (front_end.folder / "dist" / "index.html").exists() and _read(stamp) == sources:
        return
    install(front_end)
    with say.timed(f"building the {front_end.name}"):
        _npm(front_end, "run", "build")
    _write(stamp, sources)


def check(front_end: FrontEnd) -> None:
    """Runs the front end's own tests.

    Raises:
        ToolError: a test fails.
    """
    install(front_end)
    with say.timed(f"testing the {front_end.name}"):
        _npm(front_end, "test", "--silent", quiet=False)


def install(front_end: FrontEnd) -> None:
    """Runs `npm ci` if the lock file changed since the last one.

    Raises:
        ToolError: npm is missing or fails.
    """
    packages = front_end.packages()
    if _read(front_end.installed) == packages:
        return
    with say.timed(f"installing the {front_end.name}'s packages"):
        _npm(front_end, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    _write(front_end.installed, packages)


def _npm(front_end: FrontEnd, *arguments: str, quiet: bool = True) -> None:
    path = (
        os.pathsep.join([str(OWN_NODE), os.environ.get("PATH", "")])
        if OWN_NODE.exists()
        else os.environ.get("PATH", "")
    )
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise say.ToolError("npm was not found: run `sh tools/bootstrap.sh node`, or install Node 20.19 or newer.")
    environment = {**os.environ, "PATH": path, "CI": "1"}
    output = subprocess.PIPE if quiet else None
    finished = subprocess.run(
        [npm, *arguments], cwd=front_end.folder, env=environment, stdout=output, stderr=output, text=True
    )
    if finished.returncode == 0:
        return
    said = f"{finished.stdout or ''}{finished.stderr or ''}".splitlines()
    # npm says what is wrong at the beginning and where its log is at the end; in between it lists its options.
    say.line("\n".join(said if len(said) < 40 else [*said[:28], "...", *said[-8:]]))
    place = front_end.folder.relative_to(PROJECT)
    raise say.ToolError(f"`npm {' '.join(arguments)}` failed in {place} (exit code {finished.returncode}): see above.")


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="utf-8") if stamp.exists() else ""


def _write(stamp: Path, text: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
