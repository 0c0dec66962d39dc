"""The held-out sentences are held out, enough, and well formed; the training data does not contradict itself."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message

from bot.policies.safety import DangerKind
from tests.nlu.near_copies import NearCopies, bare
from tools.labelled import Row, read_labelled
from tools.measure_danger import read_dangers

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
DOMAIN = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
RELEASE = tuple(intent for intent in DOMAIN["intents"] if intent != "nlu_fallback")
HELD_OUT = ("examiner_a.jsonl", "examiner_b.jsonl")
DEVELOPMENT = ("counter.jsonl", "holdout.jsonl")
DANGER_HELD_OUT = "danger_examiner.jsonl"
DANGER = (DANGER_HELD_OUT, "danger.jsonl")
# Near copies of short words were left out of the examiners' sentences, so these have fewer.
SHORT_WORDS = frozenset({"affirm", "deny", "small_talk", "cancel_flow"})
ENOUGH, ENOUGH_SHORT = 15, 10
# Entities whose words are their own value; the others' values are the taxonomy's.
OWN_WORDS = frozenset(
    {"account_no", "address", "amount", "bill_period", "customer_name", "date", "id_number", "invoice_info"}
    | {"meter_no", "phone", "ticket_no", "time_period", "usage_kwh"}
)

# Rasa warns where two sentences give one word two values; its synonyms are not used here.
pytestmark = pytest.mark.filterwarnings("ignore:Found inconsistent entity synonyms")


@cache
def _rows(name: str) -> list[Row]:
    return read_labelled(HERE / name)


@cache
def _training() -> tuple[Message, ...]:
    return tuple(load_data(str(PROJECT / "data" / "nlu")).training_examples)


@cache
def _trained() -> NearCopies:
    """What the intents and the safety gate are trained on."""
    dangers = (
        row["text"] for file in sorted((PROJECT / "data" / "danger").glob("*.jsonl")) for row in read_dangers(file)
    )
    return NearCopies([*(message.get("text") for message in _training()), *dangers])


def _domain_entities() -> set[str]:
    files = [PROJECT / "domain.yml", *sorted((PROJECT / "domain").glob("*.yml"))]
    listed = [
        entity for file in files for entity in yaml.safe_load(file.read_text(encoding="utf-8")).get("entities", [])
    ]
    return {entity if isinstance(entity, str) else next(iter(entity)) for entity in listed}


def test_the_release_is_every_intent_of_the_domain() -> None:
    assert len(RELEASE) == 46
    assert {row["intent"] for name in HELD_OUT for row in _rows(name)} == set(RELEASE)


@pytest.mark.parametrize("name", [*HELD_OUT, *DEVELOPMENT, DANGER_HELD_OUT])
def test_no_sentence_to_measure_with_is_trained_on(name: str) -> None:
    rows = read_dangers(HERE / name) if name == DANGER_HELD_OUT else _rows(name)

    copies = {row["text"]: known for row in rows if (known := _trained().of(row["text"]))}

    assert copies == {}


@pytest.mark.parametrize("intent", RELEASE)
def test_each_intent_of_the_release_has_enough_sentences(intent: str) -> None:
    held = Counter(row["intent"] for name in HELD_OUT for row in _rows(name))

    assert held[intent] >= (ENOUGH_SHORT if intent in SHORT_WORDS else ENOUGH)


@pytest.mark.parametrize("name", [*HELD_OUT, *DEVELOPMENT])
def test_labels_are_the_domains(name: str) -> None:
    labelled = [(row["intent"], entity["entity"]) for row in _rows(name) for entity in row.get("entities", [])]

    assert {row["intent"] for row in _rows(name)} <= set(RELEASE)
    assert {entity for _, entity in labelled} <= _domain_entities()


@pytest.mark.parametrize("name", [*HELD_OUT, *DEVELOPMENT])
def test_entities_stand_where_they_are_marked(name: str) -> None:
    wrong = [
        (row["text"], entity)
        for row in _rows(name)
        for entity in row.get("entities", [])
        if not _is_placed(row["text"], entity)
    ]

    assert wrong == []


def _is_placed(text: str, entity: Row) -> bool:
    """Tells whether the words have no blanks around them, and are the value where they stand for themselves."""
    words = text[entity["start"] : entity["end"]]
    stands_for_itself = entity["entity"] in OWN_WORDS - {"time_period"}
    return words == words.strip() and (not stands_for_itself or entity.get("value", words) == words)


@pytest.mark.parametrize("name", [*HELD_OUT, *DEVELOPMENT])
def test_entities_of_a_sentence_do_not_overlap(name: str) -> None:
    places = {row["text"]: sorted((e["start"], e["end"]) for e in row.get("entities", [])) for row in _rows(name)}

    overlapping = [text for text, spans in places.items() if any(a[1] > b[0] for a, b in pairwise(spans))]

    assert overlapping == []


def test_no_sentence_has_two_intents() -> None:
    meanings: dict[str, set[str]] = {}
    for message in _training():
        meanings.setdefault(bare(message.get("text")) or message.get("text"), set()).add(message.get("intent"))

    assert {text: intents for text, intents in meanings.items() if len(intents) > 1} == {}


def test_words_that_are_their_own_value_are_marked_without_one() -> None:
    """One other value would make the tagger look every such entity up among those it knows."""
    other = [
        (message.get("text"), entity["entity"], entity["value"])
        for message in _training()
        for entity in message.get("entities") or []
        if entity["entity"] in OWN_WORDS and entity["value"] != message.get("text")[entity["start"] : entity["end"]]
    ]

    assert other == []


@pytest.mark.parametrize("name", DANGER)
def test_the_danger_tables_are_rich_and_name_known_kinds(name: str) -> None:
    rows = read_dangers(HERE / name)

    assert sum(row["danger"] for row in rows) >= 120
    assert sum(not row["danger"] for row in rows) >= 160
    assert {row["kind"] for row in rows if row["danger"]} == {kind.value for kind in DangerKind}
