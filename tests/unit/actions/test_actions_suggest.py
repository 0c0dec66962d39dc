"""What the curated knowledge suggests to an agent: answers with their figures, and nothing far away."""

from __future__ import annotations

from actions.knowledge_suggest import SuggestAnswers
from tests.builders import Counter


async def _suggested(text: str, intent: str = "ask_tariff_policy") -> list[dict[str, str]]:
    spoken = await Counter().run(SuggestAnswers, text, intent)
    return [one for message in spoken.messages for one in (message.get("custom") or {}).get("suggestions", ())]


async def test_the_nearest_answer_comes_first_with_its_figures_filled() -> None:
    found = await _suggested("第二档多少钱一度")

    assert 1 <= len(found) <= 3
    assert found[0]["id"] == "tier2"
    assert "0.639" in found[0]["text"]
    assert not any("{" in one["text"] for one in found)


async def test_what_nobody_has_written_about_suggests_nothing() -> None:
    assert await _suggested("zzz qqq", "out_of_scope") == []
