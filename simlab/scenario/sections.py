"""Sections: the nouns of the language, in the order in which the reference tells them."""

from collections.abc import Iterator
from typing import Any, Final

from simlab.controllers import BalancerSettings, BreakerSettings, LoopSettings, RetrySettings
from simlab.core import DistributionSettings, Settings
from simlab.faults import FaultSettings
from simlab.load import ShapeSettings, SourceSettings
from simlab.model.settings.link import LinkSettings
from simlab.model.settings.service import ServiceSettings
from simlab.model.settings.steps import OperationSettings, StepSettings
from simlab.scenario.asking import ExperimentFile
from simlab.scenario.documents import ScenarioDocument, StrategyDocument, StrategyFile
from simlab.scenario.hints import fields_of, hint_of, settings_in

SECTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("Scenario", ScenarioDocument),
    ("Service", ServiceSettings),
    ("Operation", OperationSettings),
    ("Steps", StepSettings),
    ("Link", LinkSettings),
    ("Retries", RetrySettings),
    ("Breakers", BreakerSettings),
    ("Balancers", BalancerSettings),
    ("Load", SourceSettings),
    ("Shapes", ShapeSettings),
    ("Distributions", DistributionSettings),
    ("Faults", FaultSettings),
    ("Loops", LoopSettings),
    ("Strategy", StrategyFile),
    ("Experiment", ExperimentFile),
)
"""Sections, each with the class or union that it begins with; what only it uses follows there."""


def sections() -> dict[str, tuple[type[Settings], ...]]:
    """Return the classes of each section, in order; every class of the language in one of them."""
    roots = {cls for _, root in SECTIONS for cls in settings_in(hint_of(root))}
    roots.add(StrategyDocument)  # A strategy's file says more, and has the section.
    taken: set[type[Settings]] = set()
    found = {}
    for title, root in SECTIONS:
        classes = [cls for one in settings_in(hint_of(root)) for cls in _below(one, roots)]
        found[title] = tuple(dict.fromkeys(cls for cls in classes if cls not in taken))
        taken.update(found[title])
    return found


def _below(cls: type[Settings], roots: set[type[Settings]]) -> Iterator[type[Settings]]:
    """Yield `cls` and the classes of its fields that have no section of their own."""
    todo, seen = [cls], {cls}
    while todo:
        one = todo.pop(0)
        yield one
        for field in fields_of(one).values():
            inner = [each for each in settings_in(field.hint) if each not in seen | roots]
            seen.update(inner)
            todo += inner
