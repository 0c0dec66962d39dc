"""Every conversation below `cases/` and the 25 model talks in `conversations/`, played through their doors for real."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.dialogues.books import Books
from tools.dialogues.case import Case, find_cases
from tools.dialogues.player import Player

HERE = Path(__file__).parent
CASES = [case for folder in ("cases", "conversations") for case in find_cases(HERE / folder)]


@pytest.mark.parametrize("case", CASES, ids=[str(case.path.relative_to(HERE)) for case in CASES])
def test_conversation_goes_as_written(case: Case, books: Books) -> None:
    played = Player(books, case).play()

    told = "\n".join(f"step {failure.step}: {failure.expected}\n   got: {failure.got}" for failure in played.failures)
    assert played.passed, f"{told}\n--- transcript\n" + "\n".join(played.transcript)
