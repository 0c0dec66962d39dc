"""The sentences of the fork."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.errors import PhraseError
from handoff.phrases import Phrases
from tests.conftest import PROJECT


@pytest.fixture
def phrases() -> Phrases:
    """The project's own sentences."""
    return Phrases.load(PROJECT / "domain" / "human.yml")


def test_a_sentence_is_said_with_its_blanks_filled(phrases: Phrases) -> None:
    assert "江一苇" in phrases.say("utter_human_joined", agent="江一苇")


def test_a_missing_blank_is_an_error_and_never_shown(phrases: Phrases) -> None:
    with pytest.raises(PhraseError, match="agent"):
        phrases.say("utter_human_joined")


def test_a_missing_sentence_is_an_error(phrases: Phrases) -> None:
    with pytest.raises(PhraseError, match="utter_human_nothing"):
        phrases.say("utter_human_nothing")


@pytest.mark.parametrize("content", ["", "responses:", "responses: {a: []}", "responses: {a: [{}]}", "x: ["])
def test_a_file_without_sentences_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "human.yml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(PhraseError):
        Phrases.load(path)


def test_a_braced_name_of_an_agent_is_said_as_it_is(phrases: Phrases) -> None:
    assert "{agent}" in phrases.say("utter_human_joined", agent="{agent}")


@pytest.mark.parametrize("name", ["queued", "still_queued", "transferred", "reopened", "requeued", "left"])
def test_whoever_is_told_a_place_is_told_it_in_every_case(name: str, phrases: Phrases) -> None:
    kinds = ("", "_first", "_timed", "_first_timed", "_night")

    assert [kind for kind in kinds if f"utter_human_{name}{kind}" not in phrases.texts] == []
