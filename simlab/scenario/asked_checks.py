"""Checks of what is asked: names in an experiment that must be there, and mean something."""

from collections.abc import Sequence

from simlab.scenario.nodes import Listing, Table
from simlab.scenario.problems import Problems, nearest
from simlab.scenario.scenario import Scenario


def check_faults(
    document: Table, faults: Sequence[str], scenarios: Sequence[Scenario], problems: Problems
) -> None:
    """Note each of `faults`, which stand in an experiment's document, that a scenario has not."""
    stand = document.get("faults")
    for index, name in enumerate(faults):
        node = stand.items[index] if isinstance(stand, Listing) else document
        for scenario in scenarios:
            known = scenario.resolve(None).faults
            if name not in known:
                message = f"{scenario.name} has no fault {name!r}{nearest(name, known)}"
                problems.add(node.place, f"faults[{index}]", message)


def check_margin(document: Table, measures: Sequence[str], problems: Problems) -> None:
    """Note margins of what is not compared; without `measures` nothing is known of that here."""
    for name, entry in document.table("margin").entries.items():
        if measures and name not in measures:
            message = f"is not among the measures{nearest(name, measures)}"
            problems.add(entry.key, f"margin.{name}", message)
