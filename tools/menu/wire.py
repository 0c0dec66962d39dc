"""The menu as each platform takes it, and what of it breaks a platform's limits; it calls nobody.

WeChat: https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu
Alipay: https://docs.open.alipay.com/api_6/alipay.open.public.menu.create
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tools.menu.entries import Entry

Size = Callable[[str], int]


@dataclass(frozen=True)
class Limits:
    """What a platform takes: numbers of entries, sizes of labels and of what an entry carries."""

    branches: int
    entries: int
    branch_label: int
    entry_label: int
    key: int
    link: int
    unit: str
    size: Size
    links: tuple[str, ...]


def _utf8(text: str) -> int:
    return len(text.encode())


def _hanzi(text: str) -> int:
    """Counts as Alipay does: a Chinese character is one, two of ASCII are one."""
    return (len(text.encode("gb18030")) + 1) // 2


WEB = ("https://", "http://")
LIMITS = {
    "wechat": Limits(3, 5, 16, 60, 128, 1024, "bytes", _utf8, WEB),
    # "no colon and the like" in what a tap sends.
    "alipay": Limits(4, 5, 4, 12, 255, 255, "Chinese characters", _hanzi, (*WEB, "alipays://")),
}
_ALIPAY_FORBIDDEN = re.compile(r"[:：&<>\"'\\]")
_PHONE = re.compile(r"\+?[0-9][0-9-]{2,19}")


def for_platform(menu: Sequence[Entry], platform: str) -> tuple[Entry, ...]:
    """Returns the entries that a platform has."""
    return tuple(one for entry in menu if (one := entry.on(platform)))


def faults(menu: Sequence[Entry], platform: str) -> list[str]:
    """Lists what a platform would refuse, one sentence each."""
    limits, entries = LIMITS[platform], for_platform(menu, platform)
    found = []
    if not 1 <= len(entries) <= limits.branches:
        found.append(f"{platform} takes 1 to {limits.branches} entries on the first level, not {len(entries)}.")
    for entry in entries:
        found.extend(_label_faults(entry, platform, limits.branch_label))
        if len(entry.entries) > limits.entries:
            found.append(f"{platform} takes {limits.entries} entries below {entry.label!r}, not {len(entry.entries)}.")
        for below in entry.entries or (entry,):
            found.extend(_entry_faults(entry, below, platform))
    return found


def wechat_menu(menu: Sequence[Entry]) -> dict[str, Any]:
    """Writes the body of `menu/create`."""
    return {"button": [_branch(entry, _wechat_button) for entry in for_platform(menu, "wechat")]}


def alipay_menu(menu: Sequence[Entry]) -> dict[str, Any]:
    """Writes the content of `alipay.open.public.menu.create` and `.modify`."""
    buttons = [_branch(entry, _alipay_button) for entry in for_platform(menu, "alipay")]
    return {"type": "text", "button": buttons}


WRITERS = {"wechat": wechat_menu, "alipay": alipay_menu}


def _branch(entry: Entry, write: Callable[[Entry], dict[str, Any]]) -> dict[str, Any]:
    if not entry.entries:
        return write(entry)
    return {"name": entry.label, "sub_button": [write(one) for one in entry.entries]}


def _wechat_button(entry: Entry) -> dict[str, Any]:
    if program := entry.mini_programs.get("wechat"):
        more = {"url": entry.link, "appid": program.app_id, "pagepath": program.path}
        return {"type": "miniprogram", "name": entry.label, **more}
    if entry.link:
        return {"type": "view", "name": entry.label, "url": entry.link}
    return {"type": "click", "name": entry.label, "key": entry.say}


def _alipay_button(entry: Entry) -> dict[str, Any]:
    kind, value = "out", entry.say
    if program := entry.mini_programs.get("alipay"):
        page = quote(program.path, safe="")
        kind, value = "link", f"alipays://platformapi/startapp?appId={program.app_id}&page={page}"
    elif entry.phone:
        kind, value = "tel", entry.phone
    elif entry.link:
        kind, value = "link", entry.link
    return {"name": entry.label, "action_type": kind, "action_param": value}


def _label_faults(entry: Entry, platform: str, most: int) -> Iterator[str]:
    limits = LIMITS[platform]
    if (size := limits.size(entry.label)) > most:
        yield f"{platform} takes {most} {limits.unit} as the label {entry.label!r}, which has {size}."


def _entry_faults(branch: Entry, entry: Entry, platform: str) -> Iterator[str]:
    """What is wrong with an entry that does something."""
    if entry.entries:
        yield f"{platform} has two levels of menu; {entry.label!r} opens a third."
        return
    if entry is not branch:
        yield from _label_faults(entry, platform, LIMITS[platform].entry_label)
    yield from (_wechat_faults if platform == "wechat" else _alipay_faults)(entry)


def _wechat_faults(entry: Entry) -> Iterator[str]:
    limits, button = LIMITS["wechat"], _wechat_button(entry)
    if button["type"] == "click":
        if not entry.say:
            yield f"wechat can do nothing for {entry.label!r}: it needs `say` or `link`."
        elif (size := _utf8(entry.say)) > limits.key:
            yield f"wechat takes {limits.key} bytes as what {entry.label!r} says, which has {size}."
    else:
        yield from _link_faults(entry, "wechat", button["url"])


def _alipay_faults(entry: Entry) -> Iterator[str]:
    limits, button = LIMITS["alipay"], _alipay_button(entry)
    kind, value = button["action_type"], button["action_param"]
    if kind == "link":
        yield from _link_faults(entry, "alipay", value)
    elif not value:
        yield f"alipay can do nothing for {entry.label!r}: it needs `say`, `phone` or `link`."
    elif len(value) > limits.key:
        yield f"alipay takes {limits.key} characters as what {entry.label!r} says, which has {len(value)}."
    elif kind == "tel" and not _PHONE.fullmatch(value):
        yield f"alipay can dial digits only for {entry.label!r}, not {value!r}."
    elif kind == "out" and (sign := _ALIPAY_FORBIDDEN.search(value)):
        yield f"alipay takes no {sign[0]!r} in what {entry.label!r} says."


def _link_faults(entry: Entry, platform: str, link: str) -> Iterator[str]:
    limits = LIMITS[platform]
    if not link.startswith(limits.links):
        yield f"{platform} needs a `link` for {entry.label!r} that begins with {' or '.join(limits.links)}."
    elif _utf8(link) > limits.link:
        yield f"{platform} takes {limits.link} bytes as the link of {entry.label!r}, which has {_utf8(link)}."
