"""Nodes run in a row: the results of Rasa's own runner, each node once and after what it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.graph import SequentialGraphRunner

RUNNERS = [SequentialGraphRunner, DaskGraphRunner]


class Toy(GraphComponent):
    """Adds and multiplies, and writes its name into the list that its configuration carries."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Toy:
        """See base class."""
        return cls(config)

    def add(self, i1: Any, i2: Any) -> int:
        """Adds two numbers."""
        self._config["ran"].append(self._config["name"])
        return int(i1) + int(i2)

    def double(self, i: Any) -> int:
        """Doubles a number."""
        self._config["ran"].append(self._config["name"])
        return int(i) * 2

    def break_down(self, i: Any) -> int:
        """Fails."""
        raise ZeroDivisionError(i)


class Recorder:
    """A hook that remembers which nodes it stood before and behind."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def on_before_node(self, node_name: str, **_: Any) -> dict[str, Any]:
        """See Rasa's `GraphNodeHook`."""
        self.seen.append(("before", node_name))
        return {}

    def on_after_node(self, node_name: str, **_: Any) -> None:
        """See Rasa's `GraphNodeHook`."""
        self.seen.append(("behind", node_name))


@pytest.fixture
def ran() -> list[str]:
    """The nodes that ran, in their order."""
    return []


@pytest.fixture
def model_storage(tmp_path: Path) -> LocalModelStorage:
    """An empty model."""
    return LocalModelStorage(tmp_path)


def _node(ran: list[str], name: str, fn: str, **needs: str) -> SchemaNode:
    config = {"name": name, "ran": ran}
    return SchemaNode(needs, Toy, "create", fn, config, eager=True, is_target=name == "sum")


def _schema(ran: list[str]) -> GraphSchema:
    """Twice and four times the input, added up; `beside` is needed by nobody."""
    return GraphSchema(
        {
            "sum": _node(ran, "sum", "add", i1="twice", i2="four"),
            "four": _node(ran, "four", "double", i="twice"),
            "twice": _node(ran, "twice", "double", i="number"),
            "beside": _node(ran, "beside", "double", i="number"),
        }
    )


def _runner(kind: type[GraphRunner], schema: GraphSchema, storage: ModelStorage, hooks: Any = None) -> GraphRunner:
    return kind.create(schema, storage, ExecutionContext(schema), hooks)


@pytest.mark.parametrize(
    "targets", [None, ["sum"], ["four", "beside"], ["twice", "sum"]], ids=["own", "one", "two", "one-in-the-other"]
)
def test_results_are_those_of_rasas_runner(
    ran: list[str], model_storage: LocalModelStorage, targets: list[str] | None
) -> None:
    ours, rasas = (_runner(kind, _schema(ran), model_storage) for kind in RUNNERS)

    result = ours.run({"number": 3}, targets)

    assert result == rasas.run({"number": 3}, targets)


def test_nodes_run_once_and_after_what_they_need(ran: list[str], model_storage: LocalModelStorage) -> None:
    _runner(SequentialGraphRunner, _schema(ran), model_storage).run({"number": 3})

    assert ran == ["twice", "four", "sum"]


def test_a_second_turn_starts_afresh(ran: list[str], model_storage: LocalModelStorage) -> None:
    runner = _runner(SequentialGraphRunner, _schema(ran), model_storage)
    runner.run({"number": 3})

    assert runner.run({"number": 5}) == {"sum": 30}


def test_hooks_stand_around_each_node(ran: list[str], model_storage: LocalModelStorage) -> None:
    recorder = Recorder()
    runner = _runner(SequentialGraphRunner, _schema(ran), model_storage, [recorder])

    runner.run({"number": 3}, ["twice"])

    assert recorder.seen == [("before", "twice"), ("behind", "twice")]


@pytest.mark.parametrize("kind", RUNNERS)
def test_an_input_that_names_a_node_is_refused(
    ran: list[str], model_storage: LocalModelStorage, kind: type[GraphRunner]
) -> None:
    runner = _runner(kind, _schema(ran), model_storage)

    with pytest.raises(GraphRunError):
        runner.run({"number": "twice"})


@pytest.mark.parametrize("kind", RUNNERS)
def test_a_missing_input_is_told(ran: list[str], model_storage: LocalModelStorage, kind: type[GraphRunner]) -> None:
    runner = _runner(kind, _schema(ran), model_storage)

    with pytest.raises(GraphRunError):
        runner.run({})


@pytest.mark.parametrize("kind", RUNNERS)
def test_a_target_that_is_no_node_is_refused(
    ran: list[str], model_storage: LocalModelStorage, kind: type[GraphRunner]
) -> None:
    runner = _runner(kind, _schema(ran), model_storage)

    with pytest.raises(KeyError, match="gone"):
        runner.run({"number": 3}, ["gone"])


@pytest.mark.parametrize("kind", RUNNERS)
def test_a_node_that_fails_is_told_by_rasas_error(
    ran: list[str], model_storage: LocalModelStorage, kind: type[GraphRunner]
) -> None:
    runner = _runner(kind, GraphSchema({"sum": _node(ran, "sum", "break_down", i="number")}), model_storage)

    with pytest.raises(GraphComponentException, match="sum"):
        runner.run({"number": 3})
