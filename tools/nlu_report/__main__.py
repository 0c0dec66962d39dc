"""Runs the trained model over the held-out sentences and writes docs/nlu-report.md and its confusion picture."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tools import say
from tools.nlu_report.findings import PROJECT, find
from tools.nlu_report.page import EMPTY_PAGE, between, render
from tools.nlu_report.picture import draw
from tools.quiet import keep_logs_off
from tools.trained_model import find_model

_PAGE, _PICTURE = PROJECT / "docs" / "nlu-report.md", PROJECT / "docs" / "images" / "nlu-confusion.png"


def main(arguments: list[str] | None = None) -> int:
    """Runs the tool; 2 means a line or the model could not be read."""
    parser = argparse.ArgumentParser(prog="python -m tools.nlu_report", description=__doc__)
    models = PROJECT / "models"
    parser.add_argument("--model", type=Path, default=models, help="a model, or a folder whose newest is taken")
    parser.add_argument("--page", type=Path, default=_PAGE, help="the page that is rewritten between its marks")
    parser.add_argument("--picture", type=Path, default=_PICTURE, help="where the confusion picture is drawn")
    options = parser.parse_args(arguments)
    try:
        model = find_model(options.model)
        keep_logs_off()
        findings = find(model, command="make nlu")
        page = options.page.read_text(encoding="utf-8") if options.page.exists() else EMPTY_PAGE
        address = os.path.relpath(options.picture, options.page.parent)
        written = between(page, render(findings, address))
    except say.ToolError as error:
        say.line(str(error))
        return 2
    draw(findings.pooled.parsed, findings.groups, options.picture)
    options.page.write_text(written, encoding="utf-8")
    say.done(f"{options.page} and {options.picture} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
