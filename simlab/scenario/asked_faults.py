"""Asked faults: those that a what-if names must be there, in each of its scenarios."""

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
