"""The rules of surveys and of what a low score starts, read from `survey_rules.yml`; figures live there, not here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from runtime.clock import SHANGHAI
from runtime.yaml_files import read_yaml

_FILE = Path(__file__).with_name("survey_rules.yml")


@dataclass(frozen=True)
class ChannelRule:
    """How a channel is asked: within which window, not again before, and whether the line says it in words."""

    window: timedelta | None
    again: timedelta
    words: bool


@dataclass(frozen=True)
class LowRule:
    """What a low score starts: a call within a time, outside the quiet hours."""

    most_stars: int
    within: timedelta
    quiet: tuple[tuple[time, time], ...]
    tries: int
    between: timedelta

    def due(self, at: datetime) -> datetime:
        """Until when somebody has called who was unhappy at this moment: never in the quiet hours."""
        due = (at + self.within).astimezone(SHANGHAI)
        for begins, ends in self.quiet:
            now = due.time()
            overnight = begins > ends
            if (now >= begins or now < ends) if overnight else begins <= now < ends:
                day = due - timedelta(days=1) if overnight and now < ends else due
                due = day.replace(hour=begins.hour, minute=begins.minute, second=0, microsecond=0)
        return due


@dataclass(frozen=True)
class BotRule:
    """Under which answers of the bot a customer is asked whether it helped."""

    channels: frozenset[str]
    again: timedelta
    cards: frozenset[str]


@dataclass(frozen=True)
class SurveyRules:
    """Everything the file says."""

    never_skills: frozenset[str]
    unserved_mood: int
    channels: Mapping[str, ChannelRule]
    fresh: timedelta
    low: LowRule
    bot: BotRule


@lru_cache(maxsize=1)
def survey_rules() -> SurveyRules:
    """Reads the file, once."""
    held = read_yaml(_FILE)
    ask, low, bot = held["ask"], held["low"], held["bot"]
    return SurveyRules(
        never_skills=frozenset(ask["never_skills"]),
        unserved_mood=ask["unserved_mood"],
        channels={name: _channel(rule) for name, rule in ask["channels"].items()},
        fresh=timedelta(minutes=ask["fresh_minutes"]),
        low=LowRule(
            low["most_stars"],
            timedelta(hours=low["call_within_hours"]),
            tuple((time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in low["quiet"]),
            low["tries"],
            timedelta(hours=low["hours_between_tries"]),
        ),
        bot=BotRule(frozenset(bot["channels"]), timedelta(hours=bot["again_hours"]), frozenset(bot["cards"])),
    )


def _channel(rule: Mapping[str, Any]) -> ChannelRule:
    window = rule["window_hours"]
    return ChannelRule(
        timedelta(hours=window) if window is not None else None, timedelta(hours=rule["again_hours"]), rule["words"]
    )
