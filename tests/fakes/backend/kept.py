"""What the fakes' writes share: the same key gives the same answer, the company's refusals become the seam's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from backend.errors import BackendRefused, Conflict, NotAllowed, NotFound
from utility.errors import Refusal

T = TypeVar("T")
_KINDS: dict[int, type[BackendRefused]] = {403: NotAllowed, 404: NotFound, 409: Conflict}


@contextmanager
def refusals() -> Iterator[None]:
    """Turns a refusal of the reference company's own rules into the error of the seam."""
    try:
        yield
    except Refusal as error:
        raise _KINDS[error.status](error.reason, error.detail, **error.fields) from error


class KeptAnswers:
    """Answers by their idempotency key."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, Any]] = {}

    def once(self, key: str, asked: object, work: Callable[[], T]) -> T:
        """Does the work, or gives the kept answer of the same request; a refused one is not kept."""
        if key not in self._kept:
            with refusals():
                self._kept[key] = (asked, work())
        before, answer = self._kept[key]
        if before != asked:
            raise Conflict("idempotency.mismatch")
        kept: T = answer
        return kept
