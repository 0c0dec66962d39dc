"""Runs Rasa's prediction graph one node after the other; Dask's scheduler costs more than the nodes of a turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.constants import PLACEHOLDER_TRACKER
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

from bot.rule_mends import has_no_say, without_opinion

# The node that provides the domain (rasa.engine.recipes.default_recipe).
_DOMAIN = "domain_provider"

Component = TypeVar("Component", bound=GraphComponent)


@dataclass(frozen=True)
class _Step:
    """A node and the names its inputs come from; `rules` where it is the policy of rules."""

    name: str
    node: GraphNode
    needs: tuple[str, ...]
    rules: RulePolicy | None = None

    def run(self, results: Mapping[str, Any]) -> Any:
        """Runs the node on what the nodes before it gave; rules that cannot win any more are not asked."""
        if self.rules and _is_decided(self.rules, results):
            return without_opinion(self.rules, results[_DOMAIN])
        known = ((need, results[need]) if need in results else need for need in self.needs)
        return self.node(*known)[1]


def _is_decided(rules: RulePolicy, results: Mapping[str, Any]) -> bool:
    """A policy above the rules is certain, and the rules may not overrule it."""
    made = (result for result in results.values() if isinstance(result, PolicyPrediction))
    certain = any(one.policy_priority > rules.priority and one.max_confidence == 1.0 for one in made)
    return certain and _DOMAIN in results and has_no_say(rules, results[PLACEHOLDER_TRACKER])


class SequentialGraphRunner(GraphRunner):
    """Behaves as Rasa's DaskGraphRunner: the same nodes and results; the order is found once per set of targets.

    Only a policy whose prediction cannot change the decision is passed over.
    """

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        """Keeps the schema and its nodes, which are already instantiated."""
        self._schema = schema
        self._nodes = nodes
        self._plans: dict[tuple[str, ...], tuple[_Step, ...]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> SequentialGraphRunner:
        """See base class."""
        nodes = {
            name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, nodes)

    def component(self, kind: type[Component]) -> Component | None:
        """Returns the first loaded component of a kind: what it has loaded need not be loaded again."""
        loaded = (node._component for node in self._nodes.values())
        return next((component for component in loaded if isinstance(component, kind)), None)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """See base class.

        Raises:
            GraphRunError: an input carries the name of a node.
        """
        given = inputs or {}
        wanted = tuple(targets or self._schema.target_names)
        clashes = [value for value in given.values() if isinstance(value, str) and value in self._nodes]
        if clashes:
            raise GraphRunError(f"Input values clash with node names: {clashes}.")
        results: dict[str, Any] = dict(given)
        for step in self._plan(wanted):
            results[step.name] = step.run(results)
        return {name: results[name] for name in wanted}

    def _plan(self, wanted: tuple[str, ...]) -> tuple[_Step, ...]:
        if wanted not in self._plans:
            self._plans[wanted] = tuple(self._ordered(wanted))
        return self._plans[wanted]

    def _ordered(self, wanted: tuple[str, ...]) -> list[_Step]:
        """The nodes that the targets need, each after what it needs itself."""
        steps: dict[str, _Step] = {}
        waiting = [(name, False) for name in reversed(wanted)]
        while waiting:
            name, ready = waiting.pop()
            if name in steps or name not in self._nodes:
                continue
            needs = tuple(self._schema.nodes[name].needs.values())
            if ready:
                part = self._nodes[name]._component
                steps[name] = _Step(name, self._nodes[name], needs, part if isinstance(part, RulePolicy) else None)
                continue
            waiting.append((name, True))
            waiting.extend((need, False) for need in reversed(needs))
        return list(steps.values())
