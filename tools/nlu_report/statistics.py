"""How sure a share is that was counted on few sentences."""

from __future__ import annotations

import math

_Z = 1.96  # 95 %


def interval(hits: int, count: int) -> tuple[float, float]:
    """Returns Wilson's 95 % interval of a share; of nothing, everything."""
    if not count:
        return 0.0, 1.0
    share, square = hits / count, _Z * _Z / count
    middle = (share + square / 2) / (1 + square)
    reach = _Z * math.sqrt(share * (1 - share) / count + square / (4 * count)) / (1 + square)
    return max(0.0, middle - reach), min(1.0, middle + reach)
