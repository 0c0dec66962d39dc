"""Who lives and works in the filled-up city: customers, accounts, contacts, supply points, bindings; all invented.

Phones begin with 17000 and say nothing of anybody: the reference company sends no message anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from utility.seed.city.network import FLOORS, HOMES_ON_FLOOR, UNITS, Spot
from utility.seed.table import Row

ACCOUNT_COLUMNS = (
    "account_no, customer_id, name, class, plan, billing, status, area_id, line_id, city, region, street, estate,"
    " road, building, unit, room, address, meter_no, voltage, phase, capacity_kw, reading_day, contact_phone, tags,"
    " extra, story"
)
KVA, POWER_FACTOR = 400, "0.95"
SECOND_ACCOUNT, SHARED_PHONE, WRONG_PHONE, BOUND, PREPAID = 0.03, 0.004, 0.003, 0.3, 0.1
PLANS = (("tier", 0.97), ("tier_multi", 0.025), ("tier_free", 0.005))
TAGGED = (("alone", 0.006), ("life_support", 0.0008))


@dataclass(frozen=True)
class Resident:
    """An account with everything that its rows need."""

    number: int
    account: Row
    customer: Row | None
    phone: str
    bound_to: str
    base_kwh: int
    start: int

    @property
    def account_no(self) -> str:
        """The account's number."""
        return str(self.account[0])


def residents(spots: tuple[Spot, ...], random: Random, words: dict[str, Any], city: str) -> Iterator[Resident]:
    """Invents the holder of every account, area by area."""
    number, last_home = 0, ("", "", "")
    for spot in spots:
        for place in range(spot.accounts):
            number += 1
            holder = _holder(number, spot, random, words)
            again = spot.kind == "home" and bool(last_home[0]) and random.random() < SECOND_ACCOUNT
            customer_id, name, phone = last_home if again else holder
            if spot.kind == "home":
                last_home = (customer_id, name, phone)
            yield _resident(number, spot, place, (customer_id, name, phone), again, random, words, city)


def contact(resident: Resident, since: date) -> Row:
    """The holder's contact."""
    return (resident.account_no, "holder", resident.account[2], resident.phone, since)


def supply_point(resident: Resident) -> Row:
    """The account's main supply."""
    return (f"{resident.account_no}-1", resident.account_no, resident.account[7], resident.account[8], "main")


def binding(resident: Resident, at: datetime) -> Row:
    """Who is bound to it."""
    return ("wechat", resident.bound_to, resident.account_no, at)


def _holder(number: int, spot: Spot, random: Random, words: dict[str, Any]) -> tuple[str, str, str]:
    phone = f"17000{number:06d}"
    if random.random() < SHARED_PHONE:
        phone = f"17000{max(1, number - 2):06d}"
    elif random.random() < WRONG_PHONE:
        phone = phone[:-1]
    return f"CX{number:07d}", _name(number, spot, random, words), phone


def _name(number: int, spot: Spot, random: Random, words: dict[str, Any]) -> str:
    if spot.kind == "home":
        given = random.choice(words["given"]) + (random.choice(words["given"]) if random.random() < 0.8 else "")
        return str(random.choice(words["surnames"]) + given)
    place = spot.estate[:2]
    trades, form = (words["trades"], "company") if spot.kind == "shop" else (words["works"], "works_company")
    return str(words[form].format(place=place, trade=trades[number % len(trades)]))


def _resident(
    number: int,
    spot: Spot,
    place: int,
    holder: tuple[str, str, str],
    again: bool,
    random: Random,
    words: dict[str, Any],
    city: str,
) -> Resident:
    customer_id, name, phone = holder
    kind, tags = words["classes"][spot.kind], _tags(spot.kind, random, words)
    plan = _plan(spot.kind, random)
    billing = "prepaid" if spot.kind == "home" and random.random() < PREPAID else "postpaid"
    if plan == "tier_free":
        tags = [words["tags"]["welfare"]]
    building, unit, room = _door(spot.kind, place, words)
    address = f"{city}{spot.region}{spot.street}{spot.estate}{building}{unit}{room}"
    where = (city, spot.region, spot.street, spot.estate, spot.road, building, unit, room, address)
    capacity = {"home": Decimal(8), "shop": Decimal(20), "works": Decimal(KVA)}[spot.kind]
    extra = {"kva": KVA, "factor": POWER_FACTOR, "multiplier": 1} if spot.kind == "works" else {}
    account = (
        *(f"6209{number:09d}", customer_id, name, kind, plan, billing, "active", spot.area_id, spot.line_id, *where),
        *(f"MX{number:09d}", words["voltage"][spot.kind], words["phase"][spot.kind], capacity, 1, phone, tags),
        *(extra, ""),
    )
    customer = None if again else (customer_id, name, kind, phone, tags, "")
    bound = f"wx_city_{customer_id}" if random.random() < BOUND else ""
    base = {"home": random.randint(60, 420), "shop": random.randint(300, 2400), "works": random.randint(80, 400) * 100}
    return Resident(number, account, customer, phone, bound, base[spot.kind], random.randint(0, 9000))


def _tags(kind: str, random: Random, words: dict[str, Any]) -> list[str]:
    if kind == "works":
        return [words["tags"]["key_account"]]
    if kind == "shop":
        return []
    return [words["tags"][name] for name, share in TAGGED if random.random() < share]


def _plan(kind: str, random: Random) -> str:
    if kind != "home":
        return "single" if kind == "shop" else "two_part"
    chance, total = random.random(), 0.0
    for name, share in PLANS:
        total += share
        if chance < total:
            return name
    return PLANS[0][0]


def _door(kind: str, place: int, words: dict[str, Any]) -> tuple[str, str, str]:
    if kind == "works":
        return str(words["yard"]), "", ""
    if kind == "shop":
        return words["shop"].format(number="ABCD"[place % 4]), "", f"{100 + place // 4}"
    in_unit = HOMES_ON_FLOOR * FLOORS
    building, rest = divmod(place, in_unit * UNITS)
    unit, door = divmod(rest, in_unit)
    floor, side = divmod(door, HOMES_ON_FLOOR)
    room = f"{floor + 1}0{side + 1}"
    return words["building"].format(number=building + 1), words["unit"].format(number=unit + 1), room
