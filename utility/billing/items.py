"""What the lines of a bill are called: the city's own names, and ours for lines that the city has never had."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runtime.yaml_files import read_yaml

_FILE = Path(__file__).parent.parent / "data" / "charge_items.yml"


def charge_items(own: Mapping[str, str]) -> dict[str, str]:
    """Returns the name of every code; `own` are the city's, they win."""
    content = read_yaml(_FILE)
    return {**content["ours"], **own}
