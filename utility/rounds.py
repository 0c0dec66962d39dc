"""The company's rounds: what becomes due by the clock alone (a limit passed, a link expired, a balance low).

Each subject names its own round here. A round is a function of the books and the clock, safe to repeat and to run in
two processes at once; the process calls them every few seconds, a simulation whenever its clock has moved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from utility.company import Company

Round = Callable[[Company], Awaitable[int]]

ROUNDS: Sequence[tuple[str, Round]] = ()


async def make_rounds(company: Company) -> dict[str, int]:
    """Makes every round once, in order; returns how many things each one changed."""
    return {name: await make_round(company) for name, make_round in ROUNDS}
