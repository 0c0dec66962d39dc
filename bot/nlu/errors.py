"""Errors of the understanding.

NluError
├── DictionaryMissing    the word list that the configuration names is not there
├── LexiconWrong         a line of a lexicon is not of its form
└── ModelIncomplete      a trained component is loaded without what training should have left
"""

from __future__ import annotations

from bot.errors import BotError


class NluError(BotError):
    """Something in the understanding; training or loading stops."""

    code = "bot.nlu.error"


class DictionaryMissing(NluError):
    """No word list was found where the configuration says."""

    code = "bot.nlu.dictionary_missing"


class LexiconWrong(NluError):
    """A lexicon holds a line that cannot be read; the message names file and line."""

    code = "bot.nlu.lexicon_wrong"


class ModelIncomplete(NluError):
    """The model holds no resource for a component that needs one."""

    code = "bot.nlu.model_incomplete"
