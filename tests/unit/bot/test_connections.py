"""How a bot's connections to PostgreSQL are shared out."""

from __future__ import annotations

import pytest

from bot.connections import LEAST, MOST, shared_out


@pytest.mark.parametrize(
    ("connections", "workers", "each"),
    [
        pytest.param(32, 1, MOST, id="one-alone-takes-no-more-than-it-uses"),
        pytest.param(32, 2, 16, id="two-share"),
        pytest.param(32, 4, 8, id="four-share"),
        pytest.param(32, 5, LEAST, id="nobody-gets-too-little"),
        pytest.param(60, 5, 12, id="more-for-five"),
        pytest.param(0, 1, LEAST, id="none-is-too-little"),
    ],
)
def test_workers_share_the_connections(connections: int, workers: int, each: int) -> None:
    share = shared_out(connections, workers)

    assert share.whole == each
    assert min(share.pool - 3, share.intake, share.lanes - 1, share.in_line) >= 1
