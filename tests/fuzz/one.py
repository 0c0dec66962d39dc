"""One target under atheris, in the environment of .tools/fuzz: `python -m tests.fuzz.one NAME [options]`."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["connectors", "conversation", "defusedxml", "json", "xml", "urllib"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Fuzzes until the options say that it is enough."""
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
