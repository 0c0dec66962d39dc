"""Whose tables hold for a company: its province's own, its grid company's, the country's; nearest first."""

from __future__ import annotations

from pathlib import Path

from runtime.errors import SettingsError
from runtime.yaml_files import read_yaml

_FILE = Path(__file__).parent / "data" / "regions.yml"


def regions_of(province: str) -> tuple[str, ...]:
    """Returns the chain of regions of a province table, nearest first.

    Raises:
        SettingsError: no grid company serves it; add it to utility/data/regions.yml.
    """
    content = read_yaml(_FILE)
    grid = next((grid for grid, served in content["grids"].items() if province in served), None)
    if grid is None:
        raise SettingsError(f"utility/data/regions.yml: no grid company serves {province!r}")
    return province, grid, content["country"]
