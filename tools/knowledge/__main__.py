"""What an editor of data/knowledge runs after a change; every finding is one sentence.

python -m tools.knowledge check [--on 2026-11-21]    says what is wrong; exits 1 when something is
python -m tools.knowledge figures                    makes standards.yml anew from the utility's tables
python -m tools.knowledge ask "第二档多少钱"           shows which answers are near a question
DATABASE_URL=... python -m tools.knowledge drafts    writes what the desk's supervisors accepted as entries
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date

from actions.errors import WordingMissing
from actions.knowledge_base import KnowledgeBase
from actions.knowledge_index import KnowledgeIndex
from actions.knowledge_search import favour
from tools import say
from tools.knowledge import checks, drafts, figures


def main() -> None:
    """Runs one command; ends with one sentence when the files cannot be read."""
    options = _options()
    if options.command == "figures":
        rows = figures.made()
        figures.FILE.write_text(figures.written(rows), encoding="utf-8")
        say.done(f"{len(rows)} figures in {figures.FILE.relative_to(figures.PROJECT)}")
        return
    if options.command == "drafts":
        sys.stdout.write(drafts.export(options.database, options.until))
        return
    try:
        base = KnowledgeBase.read()
    except WordingMissing as error:
        say.stop(str(error))
    if options.command == "ask":
        index = KnowledgeIndex(base)
        for hit in index.search(options.text, favour(base.entries))[:5]:
            sys.stdout.write(f"{hit.score:.2f}  {hit.entry.id}: {hit.entry.title}\n")
        return
    _check(base, options.on)


def _check(base: KnowledgeBase, day: date) -> None:
    found = checks.findings(base, day)
    sys.stdout.writelines(f"{finding}\n" for finding in found)
    if found:
        say.stop(f"{len(found)} findings in {len(base.entries)} answers.")
    say.done(f"{len(base.entries)} answers and {len(base.figures)} figures are in order on {day}.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.knowledge", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="say what is wrong with the answers")
    check.add_argument("--on", type=date.fromisoformat, default=date.today(), help="the day they have to hold on")
    commands.add_parser("figures", help="make standards.yml from the utility's tables")
    ask = commands.add_parser("ask", help="show which answers are near a question")
    ask.add_argument("text")
    accepted = commands.add_parser("drafts", help="write what supervisors accepted as entries of data/knowledge")
    accepted.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="the GridTalk database")
    accepted.add_argument("--until", type=date.fromisoformat, default=date(date.today().year + 1, 6, 30))
    return parser.parse_args()


if __name__ == "__main__":
    main()
