"""What came of the storm, from the platform's own books and from PostgreSQL; it only looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import psycopg2

from bench.storm_books import Books, Delivery
from bench.storm_customers import Planned, Repeat
from bench.storm_script import marks_in, number_of

_SPACE = re.compile(r"\s+")
# Shorter texts are found inside others.
_SHORTEST = 6

_LINES = """
    select substr(m.conversation_id, 8), m.seq, coalesce(m.body ->> 'text', ''), m.reply_to,
        c.channel_message_id, m.delivery, m.delivery_attempts
    from messages m left join messages c on c.conversation_id = m.conversation_id and c.seq = m.reply_to
    where m.role = 'bot' order by m.conversation_id, m.seq
"""
_OPEN = """
    select count(*) filter (where turn = 'pending'), count(*) filter (where delivery = 'pending'),
        count(*) filter (where role = 'customer')
    from messages
"""


@dataclass(frozen=True)
class Line:
    """A line of the bot, as PostgreSQL has it; `key` is the platform's number of the message it answers."""

    openid: str
    seq: int
    text: str
    reply_to: int | None
    key: str | None
    delivery: str
    attempts: int


@dataclass
class Tally:
    """How the messages fared: the numbers of those that were not answered once and in order."""

    answered: dict[int, Delivery] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    doubled: set[int] = field(default_factory=set)
    disordered: set[int] = field(default_factory=set)

    def passive(self, books: Books) -> list[float]:
        """Seconds from writing to reading, of what came as passive replies."""
        return [one.at - books.wrote[number] for number, one in self.answered.items() if one.is_passive]

    def late(self, books: Books) -> list[float]:
        """Seconds from writing to reading, of what came as customer-service messages."""
        return [one.at - books.wrote[number] for number, one in self.answered.items() if not one.is_passive]


def read_lines(database: str) -> list[Line]:
    """Reads every line of the bot."""
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(_LINES)
        return [Line(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Open:
    """What PostgreSQL has not brought to an end yet, and how many messages of customers it has."""

    turns: int
    deliveries: int
    messages: int


def read_open(database: str) -> Open:
    """Counts what is not in a final state."""
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(_OPEN)
        return Open(*cursor.fetchone())


def by_marks(planned: Sequence[Planned], books: Books) -> Tally:
    """Counts by the marks of scripted answers what customers read: no word of the door's own is believed."""
    tally = Tally()
    counts: Counter[str] = Counter()
    for deliveries in books.read.values():
        newest = -1
        for delivery in sorted(deliveries, key=lambda one: one.at):
            for mark in marks_in(delivery.text):
                number = number_of(mark)
                counts[mark] += 1
                tally.answered[number] = delivery
                if number < newest:
                    tally.disordered.add(number)
                newest = max(newest, number)
    for one in planned:
        seen = [counts[mark] for mark in one.order.marks]
        if not all(seen):
            tally.lost.add(one.order.number)
        if any(count > 1 for count in seen):
            tally.doubled.add(one.order.number)
    return tally


def by_lines(planned: Sequence[Planned], lines: Iterable[Line], books: Books) -> Tally:
    """Holds what customers read against the lines that PostgreSQL has as sent, conversation by conversation."""
    tally = Tally()
    of_customer: dict[str, list[Line]] = {}
    for line in lines:
        of_customer.setdefault(line.openid, []).append(line)
    # An answer lost with its connection is read with the platform's next try, behind later ones: no door can know.
    astray = {one.order.number for one in planned if one.repeat in (Repeat.CUT, Repeat.LOST)}
    for openid, own in of_customer.items():
        _walk(own, books.read.get(openid, []), tally, astray)
    tally.lost |= {one.order.number for one in planned} - tally.answered.keys()
    return tally


def _walk(lines: Sequence[Line], deliveries: Sequence[Delivery], tally: Tally, astray: set[int]) -> None:
    """Finds each line behind the one before it in what was read; what is left must hold none of them again."""
    ordered = sorted(deliveries, key=lambda one: one.at)
    pages = [_bare(one.text) for one in ordered]
    text, at, places = "".join(pages), 0, _places(pages)
    said = [(line, number) for line in lines if (number := number_of_key(line.key)) is not None]
    # Those in order first: the words of one that went astray may stand inside another's.
    said.sort(key=lambda one: one[1] in astray)
    for line, number in said:
        words = _bare(line.text)
        found = text.find(words, 0 if number in astray else at)
        if found < 0 and (found := text.find(words)) >= 0:
            tally.disordered.add(number)
        if found < 0:
            tally.lost.add(number)
            continue
        end = found + len(words)
        tally.answered[number] = ordered[places[max(found, end - 1)]]
        text = text[:found] + "\0" * len(words) + text[end:]
        at = at if number in astray else max(at, end)
    for line, number in said:
        words = _bare(line.text)
        if len(words) >= _SHORTEST and words in text:
            tally.doubled.add(number)


def _bare(text: str) -> str:
    """A text without blanks: where one was cut, its parts lose the line break between them."""
    return _SPACE.sub("", text)


def _places(pages: Sequence[str]) -> Mapping[int, int]:
    """Which delivery each character of the whole belongs to."""
    places, at = {}, 0
    for number, page in enumerate(pages):
        places.update(dict.fromkeys(range(at, at + len(page)), number))
        at += len(page)
    return places


def number_of_key(key: str | None) -> int | None:
    """The number of a message by the platform's key."""
    return int(key) - 10_000 if key and key.isdecimal() else None
