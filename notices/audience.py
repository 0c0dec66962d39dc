"""From accounts to people: who is told of a fact, and by which ways in which order. Pure: no store, no clock.

Identities that are one person (linked in GridTalk) are one recipient; the phone on file is the holder's: it belongs to
the first recipient of an account, or stands for the account where nobody is bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backend.models import AudienceMember
from notices.kinds import Kind
from notices.mail_address import is_mail

# The order in which ways are tried; a call is what is left (business_rules.md section 4).
WAYS = ("wechat", "alipay", "sms", "mail", "web")
CHAT_WAYS = frozenset({"wechat", "alipay", "web"})
SMS = "sms"
MAIL = "mail"
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_ELDER = frozenset({"alone", "welfare"})


@dataclass(frozen=True)
class Recipient:
    """One person to be told, and how: `addresses` says where each way leads."""

    person: str
    account_no: str
    place: str
    ways: tuple[str, ...]
    addresses: Mapping[str, str]
    elder: bool = False

    @property
    def claims(self) -> tuple[str, ...]:
        """What must not hear of the same fact again: every address, or the account when there is none."""
        return tuple(self.addresses.values()) or (f"account:{self.account_no}",)


@dataclass
class Roots:
    """Which conversations are one person: any of them leads to one root."""

    _of: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_links(cls, links: Iterable[tuple[str, str]]) -> Roots:
        """Joins linked conversations; the smallest id of a group is its root, so that every worker finds the same."""
        roots = cls()
        for one, other in links:
            first, second = sorted((roots.root(one), roots.root(other)))
            roots._of[second] = first
        return roots

    def root(self, conversation_id: str) -> str:
        """Returns the root of a conversation; its own id when it is linked to none."""
        while (above := self._of.get(conversation_id)) is not None:
            conversation_id = above
        return conversation_id


def recipients(member: AudienceMember, kind: Kind, roots: Roots, *, only: str = "") -> list[Recipient]:
    """Lists the people of an account who are to hear of a kind of notice, each with the ways they want.

    Args:
        member: the account.
        kind: the kind; one that can be turned off is heard by who turned it on.
        roots: who is who.
        only: the one conversation it is for; the others of the account are not told.
    """
    groups = _groups(member, roots, only)
    phone = member.phone if is_mobile(member.phone) else ""
    wanted = _wanted(member, kind)
    found = []
    for number, (root, addresses) in enumerate(groups.items()):
        if number == 0:
            addresses = {**addresses, **_of_the_holder(phone, member.email)}
        told = {way: addresses[way] for way in WAYS if way in addresses and way in wanted}
        if not told and kind.always:
            told = addresses if root.startswith("account:") else {SMS: phone} if phone and number == 0 else addresses
        if told or kind.always:
            found.append(_recipient(member, root, told))
    return found


def one_person(conversation_id: str) -> list[Recipient]:
    """The one person whom the company names by a conversation and no account."""
    channel = conversation_id.partition(":")[0]
    if channel not in CHAT_WAYS:
        return []
    return [Recipient(conversation_id, "", "", (channel,), {channel: conversation_id})]


def is_mobile(phone: str) -> bool:
    """Whether an SMS can be sent there: eleven digits of a mobile number, nothing else."""
    return bool(_MOBILE.fullmatch(phone))


def cares(member: AudienceMember, kind: Kind) -> str:
    """Names the care for which an account gets a call as well; the most urgent one."""
    asked = [tag for tag in member.tag_kinds if tag in kind.care]
    return min(asked, key=lambda tag: kind.care[tag]) if asked else ""


def is_dark(member: AudienceMember, buildings: Sequence[Mapping[str, str]]) -> bool:
    """Whether a fact that names single buildings of an area concerns this account."""
    named = {place["building"] for place in buildings if place["area_id"] == member.area_id}
    return not named or member.building in named


def is_named(member: AudienceMember, buildings: Sequence[Mapping[str, str]]) -> bool:
    """Whether an account is in one of these buildings."""
    return any((place["area_id"], place["building"]) == (member.area_id, member.building) for place in buildings)


def _groups(member: AudienceMember, roots: Roots, only: str) -> dict[str, dict[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    for channel, user in member.people:
        conversation_id = f"{channel}:{user}"
        root = roots.root(conversation_id)
        if channel in CHAT_WAYS and (not only or root == roots.root(only)):
            groups.setdefault(root, {}).setdefault(channel, conversation_id)
    if only and not groups:
        channel = only.partition(":")[0]
        groups[roots.root(only)] = {channel: only} if channel in CHAT_WAYS else {}
    return groups or {f"account:{member.account_no}": {}}


def _wanted(member: AudienceMember, kind: Kind) -> frozenset[str]:
    """The ways that the account's wishes leave open; what nobody said a word about is open for what is always told."""
    said = {wish.channel: wish.enabled for wish in member.wishes if wish.notice_type == kind.topic}
    if kind.always:  # a letter only where it was asked for
        return frozenset(way for way in WAYS if said.get(way, way != MAIL))
    return frozenset(way for way, on in said.items() if on)


def _of_the_holder(phone: str, email: str) -> dict[str, str]:
    return {**({SMS: phone} if phone else {}), **({MAIL: email} if is_mail(email) else {})}


def _recipient(member: AudienceMember, root: str, addresses: Mapping[str, str]) -> Recipient:
    ways = tuple(way for way in WAYS if way in addresses)
    elder = not _ELDER.isdisjoint(member.tag_kinds)
    return Recipient(root, member.account_no, member.estate, ways, dict(addresses), elder)
