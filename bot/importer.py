"""Merges `domain.yml` with `domain/<skill>.yml`, sorted, so that every Rasa command sees one domain on every machine.

Rasa loads one domain path, and walks a folder unsorted; this is the single importer named in `config.yml`.
"""

from __future__ import annotations

from pathlib import Path

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.utils.common import cached_method


class SkillDomainImporter(RasaFileImporter):
    """Loads the shared domain file and, beside it, the folder of the same name."""

    @cached_method
    def get_domain(self) -> Domain:
        """See base class.

        Raises:
            InvalidDomain: a file is broken; unlike Rasa's own importer this one does not go on with an empty domain.
        """
        if not self._domain_path:
            return Domain.empty()
        path = Path(self._domain_path)
        domain = Domain.load(str(path))
        for skill in skill_files(path):
            domain = domain.merge(Domain.load(str(skill)))
        return domain


def skill_files(domain_path: Path) -> list[Path]:
    """Lists the skill files beside a shared domain file, in the order they are merged."""
    return sorted(domain_path.with_suffix("").glob("*.yml"))
