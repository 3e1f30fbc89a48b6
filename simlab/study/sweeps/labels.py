"""Labels: short names of paths, for tables and figures."""

from collections.abc import Sequence

from simlab.scenario.nodes import join
from simlab.scenario.paths import steps_of

LEAST = 2  # Steps of a path that say what it is.


def short_names(paths: Sequence[str]) -> dict[str, str]:
    """Return, by path, its last steps: two at least, and enough to tell it from the others.

    >>> short_names(["services.web.boot.mean", "services.web.replicas", "services.db.replicas"])
    {'services.web.boot.mean': 'boot.mean', 'services.web.replicas': 'web.replicas', \
'services.db.replicas': 'db.replicas'}
    """
    names: dict[str, str] = {}
    for path in paths:
        steps = steps_of(path)
        others = [steps_of(other) for other in paths if other != path]
        count = min(LEAST, len(steps))
        while count < len(steps) and any(other[-count:] == steps[-count:] for other in others):
            count += 1
        names[path] = _joined(steps[-count:])
    return names


def _joined(steps: Sequence[str]) -> str:
    name = ""
    for step in steps:
        name = join(name, step) if name else step
    return name
