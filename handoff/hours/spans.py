"""Hours of one day as people write them: `08:00-12:00,13:30-18:00`; it knows no day and no skill."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handoff.errors import HoursError
from runtime.clock import SHANGHAI

_WRITTEN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
_MOST_SPANS = 4


@dataclass(frozen=True, order=True)
class Span:
    """From one hour to another; to an earlier one is past midnight, to the same one is day and night."""

    opens: time
    closes: time

    @classmethod
    def parse(cls, text: str) -> Span:
        """Reads `08:00-20:00`.

        Raises:
            HoursError: it is not of that shape.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise HoursError(f"{text!r} are no hours such as 08:00-20:00", hours=text)
        first, second, third, fourth = (int(part) for part in found.groups())
        return cls(time(first, second), time(third, fourth))

    @property
    def text(self) -> str:
        """The span as `parse` reads it."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    def on(self, day: date) -> tuple[datetime, datetime]:
        """When it begins and ends that begins on a day."""
        begins = datetime.combine(day, self.opens, SHANGHAI)
        ends = datetime.combine(day, self.closes, SHANGHAI)
        return begins, ends if ends > begins else ends + timedelta(days=1)


Spans = tuple[Span, ...]


def parse_spans(text: str) -> Spans:
    """Reads the hours of a day; nothing is a day on which nobody comes.

    Raises:
        HoursError: a part is no span, there are too many, or two overlap.
    """
    spans = tuple(sorted(Span.parse(part) for part in text.split(",") if part.strip()))
    if len(spans) > _MOST_SPANS:
        raise HoursError(f"{text!r} has more than {_MOST_SPANS} parts", hours=text)
    day = date(2000, 1, 3)
    ends = [span.on(day) for span in spans]
    if any(after[0] < before[1] for before, after in zip(ends, ends[1:], strict=False)):
        raise HoursError(f"the parts of {text!r} overlap", hours=text)
    return spans


def written_spans(spans: Spans) -> str:
    """The hours of a day as `parse_spans` reads them."""
    return ",".join(span.text for span in spans)
