"""The page of the report, section by section, and where it stands in its file; what people wrote around it stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tools.nlu_figures import by_tag, latency, reliability
from tools.nlu_report import targets
from tools.nlu_report.danger_section import danger_section
from tools.nlu_report.findings import Findings, SentenceSet
from tools.nlu_report.markdown import escaped, folded, number, percent, table
from tools.nlu_report.statistics import interval
from tools.say import ToolError

_BEGIN, _END = "<!-- nlu:begin -->\n", "<!-- nlu:end -->"
EMPTY_PAGE = f"""# How well GridTalk understands

Written by `make nlu`, which keeps nothing between the marks and everything around them.

{_BEGIN}{_END}
"""
_CONFUSIONS, _COPIES = 30, 5
_TIMES = ("milliseconds", "processor_ms")


def between(page: str, text: str) -> str:
    """Returns the page with `text` between its marks.

    Raises:
        ToolError: the page has no marks.
    """
    head, begin, rest = page.partition(_BEGIN)
    _, end, foot = rest.partition(_END)
    if not begin or not end:
        raise ToolError(f"The page has no {_BEGIN.strip()} and {_END} to write between.")
    return f"{head}{begin}{text}\n{end}{foot}"


def render(findings: Findings, picture: str) -> str:
    """Returns the report; `picture` is the address of the confusion picture as the page sees it."""
    sections = (
        _facts(findings),
        _headline(findings),
        _slices(findings),
        _intents(findings),
        _confusions(findings.pooled, picture),
        _entities(findings),
        _confidence(findings.pooled),
        _fallback(findings),
        danger_section(findings.danger),
        _errors(findings.sets),
    )
    return "\n".join(line for section in sections for line in section).rstrip()


def _facts(findings: Findings) -> Iterator[str]:
    machine, memory = findings.machine, findings.memory
    yield f"* Measured {findings.measured_at} by `{findings.command}`, model `{findings.model}`."
    if findings.is_stale:
        yield "* **The sources have changed since this model was trained: these figures mix the two; repeat the run.**"
    yield "* Machine: {system}, {cores} cores of {processor}, {memory_gb} GB".format(**machine) + (
        f"; load {findings.load:.1f} when it began. One sentence after the other, one thread of Python."
    )
    yield f"* Versions: {', '.join(f'{name} {number}' for name, number in findings.versions.items())}."
    yield (
        f"* Resident memory: {memory.imported:.0f} MB with Rasa imported, {memory.libraries:.0f} MB with the libraries"
        f" of our components, {memory.loaded:.0f} MB with the understanding loaded, {memory.parsed:.0f} MB after"
        f" {memory.sentences} sentences: the understanding adds {memory.added:.0f} MB."
    )
    seconds = findings.training_seconds
    took = "-" if seconds is None else f"{seconds:.0f} s, the whole of `rasa train`"
    yield f"* Training of this model: {took}."
    clock, worked = (latency([getattr(row, name) for row in findings.pooled.parsed]) for name in _TIMES)
    yield (
        f"* One parse: median {clock['p50']:.1f} ms, p95 {clock['p95']:.1f} ms by the clock,"
        f" {worked['p50']:.1f} and {worked['p95']:.1f} ms of the processor; other programs make both longer."
    )
    sizes = ", ".join(f"{one.title} {one.figures['rows']}" for one in findings.sets)
    yield f"* Sentences: {sizes}. The examiners' are held out; the development sets were built with."
    copied = {name: texts for name, texts in findings.copied.items() if texts}
    yield from _copies(copied)
    yield ""


def _copies(copied: dict[str, list[str]]) -> Iterator[str]:
    if not copied:
        yield "* None of them is a copy of a sentence that is trained on."
    for name, texts in copied.items():
        shown = ", ".join(map(escaped, texts[:_COPIES]))
        more = f" and {len(texts) - _COPIES} more" if len(texts) > _COPIES else ""
        yield f"* **{len(texts)} of {name} stand in the training data, too:** {shown}{more}."


def _headline(findings: Findings) -> Iterator[str]:
    rows = targets.rows(findings)
    yield "## Targets"
    yield ""
    yield "The examiners' sentences, A and B together, decide; danger is decided by its own held-out set."
    yield ""
    yield _verdict(rows)
    yield ""
    heads = ["figure", "target", "reached", findings.pooled.title, *(one.title for one in findings.sets)]
    yield from table(heads, [_target(row, len(findings.sets)) for row in rows], left=3)


def _verdict(rows: Sequence[targets.Row]) -> str:
    missed = [row.wanted.name for row in rows if row.reached is False]
    unknown = [row.wanted.name for row in rows if row.reached is None]
    words = [f"**{sum(row.reached is True for row in rows)} of {len(rows)} targets are reached.**"]
    if missed:
        words.append(f"Not reached: {'; '.join(missed)}.")
    if unknown:
        words.append(f"Not measured: {'; '.join(unknown)}.")
    return " ".join(words)


def _target(row: targets.Row, sets: int) -> list[str]:
    wanted, said = row.wanted, {True: "yes", False: "**no**", None: "not measured"}
    values = [row.value, *row.others, *[None] * (sets - len(row.others))]
    shown = ["-" if value is None else wanted.form.format(value) for value in values]
    return [wanted.name, wanted.text, said[row.reached], *shown]


def _slices(findings: Findings) -> Iterator[str]:
    yield "## Slices"
    yield ""
    yield "Share of sentences whose final intent is right; for the examiners with the 95 % interval (Wilson)."
    yield ""
    rows = []
    for tag, found in {**by_tag(findings.pooled.parsed), "all": list(findings.pooled.parsed)}.items():
        low, high = interval(sum(row.right for row in found), len(found))
        right = sum(row.right for row in found) / len(found)
        others = [one.figures["per_tag"].get(tag) for one in findings.sets]
        if tag == "all":
            others = [one.figures["intent_accuracy"] for one in findings.sets]
        rows.append([tag, str(len(found)), percent(right), f"{low:.1%} to {high:.1%}", *map(percent, others)])
    yield from table(["slice", "n", "A and B", "95 % interval", *(one.title for one in findings.sets)], rows)


def _intents(findings: Findings) -> Iterator[str]:
    figures, order = findings.pooled.figures, targets.weakest(findings.pooled.figures)
    yield "## Intents"
    yield ""
    yield f"The weakest five, lowest recall or F1 first (macro F1 of all is {figures['macro_f1']:.3f}):"
    yield ""
    for name in order[:5]:
        scores = figures["per_intent"][name]
        taken = _taken_for(figures, name)
        yield f"1. `{name}`: recall {scores['recall']:.1%}, F1 {scores['f1']:.1%} of {scores['support']}; {taken}."
    yield ""
    lines = []
    for name in order:
        scores = figures["per_intent"][name]
        others = [one.figures["per_intent"].get(name) for one in findings.sets]
        shown = [number(other["f1"] if other and other["support"] else None) for other in others]
        cells = [percent(scores["precision"]), percent(scores["recall"]), number(scores["f1"])]
        lines.append([f"`{name}`", str(scores["support"]), *cells, *shown])
    heads = ["intent (A and B)", "n", "precision", "recall", "F1", *(f"F1 {one.title}" for one in findings.sets)]
    yield from table(heads, lines)


def _taken_for(figures: dict[str, object], name: str) -> str:
    pairs: Sequence[tuple[str, str, int]] = figures["confusions"]  # type: ignore[assignment]
    away = ", ".join(f"`{guess}` {count}" for gold, guess, count in pairs if gold == name)
    into = ", ".join(f"`{gold}` {count}" for gold, guess, count in pairs if guess == name)
    said = [f"taken for {away}" if away else "", f"{into} taken for it" if into else ""]
    return "; ".join(filter(None, said)) or "nothing confused"


def _confusions(pooled: SentenceSet, picture: str) -> Iterator[str]:
    yield "## Confusions"
    yield ""
    yield f"![Which intent was taken for which]({picture})"
    yield ""
    pairs = pooled.figures["confusions"]
    wrong = sum(count for _, _, count in pairs)
    yield f"{wrong} of {pooled.figures['rows']} of the examiners' sentences; the {_CONFUSIONS} most frequent pairs:"
    yield ""
    rows = [[f"`{gold}`", f"`{guess}`", str(count)] for gold, guess, count in pairs[:_CONFUSIONS]]
    yield from table(["gold", "predicted", "n"], rows, left=2)


def _entities(findings: Findings) -> Iterator[str]:
    yield "## Entities"
    yield ""
    yield "Exact span and name, in every sentence that is marked (marked with nothing, too)."
    yield ""
    rows = []
    for name, scores in findings.pooled.figures["entities"].items():
        shares = [number(scores[key]) for key in ("precision", "recall", "f1")]
        others = [one.figures["entities"].get(name) for one in findings.sets]
        shown = [number(other["f1"] if other and other["support"] else None) for other in others]
        rows.append([f"`{name}`", str(scores["support"]), *shares, number(targets.entity_target(name), 2), *shown])
    heads = ["entity (A and B)", "n", "precision", "recall", "F1", "target"]
    yield from table([*heads, *(f"F1 {one.title}" for one in findings.sets)], rows)


def _confidence(pooled: SentenceSet) -> Iterator[str]:
    yield "## Confidence"
    yield ""
    yield (
        "The examiners' sentences by the confidence of the best intent, fallback aside. "
        f"Expected calibration error {pooled.figures['ece']:.3f}."
    )
    yield ""
    rows = []
    for one in reliability(pooled.parsed):
        shares = [percent(one.confidence), percent(one.accuracy)] if one.count else ["-", "-"]
        rows.append([f"{one.low:.1f} to {one.high:.1f}", str(one.count), *shares])
    yield from table(["confidence", "n", "mean confidence", "right"], rows)


def _fallback(findings: Findings) -> Iterator[str]:
    yield "## Fallback"
    yield ""
    yield (
        "Coverage: answered with an intent. Accuracy: of those. Caught: out of scope, and told so or fallen back on."
        " Refused: ours, but told out of scope or fallen back on. AUROC: of the confidence, ours against the rest."
    )
    yield ""
    rows = []
    for one in (findings.pooled, *findings.sets):
        fallback, fell = one.figures["fallback"], Counter(row.predicted for row in one.parsed)["nlu_fallback"]
        shares = [percent(fallback[key]) for key in ("coverage", "accuracy", "oos_recall", "false_refusals")]
        rows.append([one.title, str(fell), *shares, number(fallback["auroc"]), number(fallback["threshold"], 2)])
    heads = ["set", "fell back", "coverage", "accuracy", "caught", "refused", "AUROC", "threshold"]
    yield from table(heads, rows)


def _errors(sets: Sequence[SentenceSet]) -> Iterator[str]:
    yield "## Sentences that went wrong"
    yield ""
    for one in sets:
        wrong = [row for row in one.parsed if not row.right]
        rows = sorted([row.gold, row.predicted, f"{row.confidence:.2f}", escaped(row.row["text"])] for row in wrong)
        cells = [[f"`{gold}`", f"`{guess}`", *rest] for gold, guess, *rest in rows]
        lines = table(["gold", "predicted", "confidence", "sentence"], cells, left=4)
        yield from folded(f"{one.title}: {len(wrong)} of {one.figures['rows']}", lines)
