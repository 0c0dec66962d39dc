"""What a customer says they do not want: `不是要投诉，就问师傅几点到`; it finds the stretch and judges nothing."""

from __future__ import annotations

import re

# Words that set a matter aside, up to the end of their clause; something else must follow.
_SET_ASIDE = re.compile(
    r"(?:^|(?<=[,，。;；!！ ]))(?:我|俺|这|那)?(?:也|可|又|先|并)?"
    r"(?:不是(?!吧|吗|么|没|说)|不问|不查|不看|不用(?=查|转|给|帮|看)|别(?=给|转|查|跟)|不急|不打算|不投诉|没停电)"
    r"[^,，。;；!！ ]{1,16}(?=[,，。;；!！ ])"
)
# A denial that fills nearly all of the message is its matter: 不是三栋，是五栋.
_MOST = 0.75


def set_aside(text: str) -> list[tuple[int, int]]:
    """Returns the stretches of a normalised text that name what is not wanted; none when nothing else is said."""
    spans = [match.span() for match in _SET_ASIDE.finditer(text)]
    said = sum(end - start for start, end in spans)
    return spans if said < _MOST * len(text) else []
