"""Errors of the actions room.

ActionsError
└── WordingMissing   a sentence or a word list that the code names is not in the YAML files
"""

from __future__ import annotations

from runtime.errors import GridTalkError


class ActionsError(GridTalkError):
    """Something about the action server itself."""

    code = "actions.error"


class WordingMissing(ActionsError):
    """The code names words that no YAML file holds."""

    code = "actions.wording.missing"
