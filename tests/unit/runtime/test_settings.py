"""Settings: typed, required or defaulted, and secrets never shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.errors import SettingsError
from runtime.settings import Settings, describe, setting


@dataclass(frozen=True)
class Sample(Settings):
    """Settings of a test."""

    url: str = setting("SAMPLE_URL", "where it is", secret=True)
    port: int = setting("SAMPLE_PORT", "its port", default=80)
    loud: bool = setting("SAMPLE_LOUD", "says more", default=False)
    folder: Path = setting("SAMPLE_FOLDER", "its files", default=Path("here"))


def test_values_are_parsed_by_their_type() -> None:
    read = Sample.from_env({"SAMPLE_URL": " u ", "SAMPLE_PORT": "81", "SAMPLE_LOUD": "Yes", "SAMPLE_FOLDER": "/x"})

    assert (read.url, read.port, read.loud, read.folder) == ("u", 81, True, Path("/x"))


def test_a_missing_required_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="SAMPLE_URL is not set: where it is"):
        Sample.from_env({"SAMPLE_URL": "  "})


@pytest.mark.parametrize(("name", "value"), [("SAMPLE_PORT", "eighty"), ("SAMPLE_LOUD", "perhaps")])
def test_a_value_of_the_wrong_type_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Sample.from_env({"SAMPLE_URL": "u", name: value})


def test_secrets_print_as_stars() -> None:
    shown = repr(Sample.from_env({"SAMPLE_URL": "postgresql://me:secret@host"}))

    assert "secret" not in shown
    assert "***" in shown


def test_settings_describe_themselves() -> None:
    assert describe(Sample)[:2] == [("SAMPLE_URL", "required", "where it is"), ("SAMPLE_PORT", "80", "its port")]
