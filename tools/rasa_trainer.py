"""Rasa's own training, without what this project does not use: end-to-end examples and copies of 25,000 sentences.

Rasa copies and hashes all data at each of a dozen merges, and adds every action named in a rule to the data of the
understanding, so that one new action trains all of it again. Here the data is read once and is what the files say;
a change of rules or sentences then trains in seconds, from Rasa's cache (docs/decisions/0011).

python -m tools.rasa_trainer train --config ...     exactly as `rasa train`
"""

from __future__ import annotations

from typing import Any

import rasa.__main__
from rasa.shared.importers.importer import CombinedDataImporter, E2EImporter, ResponsesSyncImporter
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from bot.importer import SkillDomainImporter


def main() -> None:
    """Mends the importers and runs Rasa's command line."""
    read_once()
    rasa.__main__.main()


def read_once() -> None:
    """Lets every importer pass on the data of the one that reads the files; doing it twice is the same as once."""
    read = SkillDomainImporter.get_nlu_data
    if not hasattr(read, "__wrapped__"):
        SkillDomainImporter.get_nlu_data = cached_method(read)
    CombinedDataImporter.get_nlu_data = _of_the_only_one
    ResponsesSyncImporter.get_nlu_data = lambda self, language="zh": self._importer.get_nlu_data(language)
    E2EImporter.get_nlu_data = lambda self, language="zh": self.importer.get_nlu_data(language)


def _of_the_only_one(self: Any, language: str = "zh") -> TrainingData:
    (only,) = self._importers
    data: TrainingData = only.get_nlu_data(language)
    return data


if __name__ == "__main__":
    main()
