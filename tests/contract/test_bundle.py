"""The one file of the contract is what its parts make."""

from __future__ import annotations

from tools.bundle_contract import BUNDLE, bundle


def test_the_bundle_is_made_of_its_parts() -> None:
    assert BUNDLE.read_text(encoding="utf-8") == bundle()
