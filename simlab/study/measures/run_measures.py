"""All measures of one run, by level and name; and the paths by which they are asked for.

cost   outcomes.timeout   services.web.replica_hours   links.web->cart.attempts_per_call
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from typing import Any

from simlab.core import UserError
from simlab.study.measures.requests import Values
from simlab.study.measures.table import MEASURES, Level, Measure

LEVELS: tuple[Level, ...] = ("sources", "services", "links", "faults")


@dataclass(frozen=True, kw_only=True)
class RunMeasures:
    """Measures of one run: `total`, and by name for what it is made of.

    Counts are whole numbers; what does not exist in the run is None.
    """

    total: Values
    sources: dict[str, Values] = field(default_factory=dict)
    services: dict[str, Values] = field(default_factory=dict)
    links: dict[str, Values] = field(default_factory=dict)
    queues: dict[str, Values] = field(default_factory=dict)
    faults: dict[str, Values] = field(default_factory=dict)

    def get(self, path: str) -> float | None:
        """Return the measure at `path`; None too where nothing of that name was in the run."""
        level, name, measure = split(path)
        if level == "total":
            return self.total.get(measure)
        by_name: Mapping[str, Values] = getattr(self, level)
        return by_name.get(name, {}).get(measure)

    def paths(self) -> Iterator[str]:
        """Yield the path of every measure, the totals first."""
        yield from self.total
        for level in LEVELS:
            for name, values in getattr(self, level).items():
                yield from (f"{level}.{name}.{measure}" for measure in values)

    def to_json(self) -> dict[str, Any]:
        """Return ``measures`` (the totals) and the rest by level and name; outcomes nested."""
        levels = {
            level: {name: _nested(values) for name, values in getattr(self, level).items()}
            for level in ("sources", "services", "links", "queues", "faults")
        }
        return {"measures": dict(self.total), **levels}

    def to_plain(self) -> dict[str, Any]:
        """Return dicts and numbers only, which `RunMeasures(**plain)` is made of again."""
        return asdict(self)


def _nested(values: Values) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in values.items():
        group, _, part = name.partition(".")
        if part:
            plain.setdefault(group, {})[part] = value
        else:
            plain[name] = value
    return plain


def split(path: str) -> tuple[Level, str, str]:
    """Return the level, the name of what is measured (empty for a total), and the measure."""
    for level in LEVELS:
        if path.startswith(f"{level}."):
            name, _, measure = path[len(level) + 1 :].partition(".")
            return level, name, measure
    return "total", "", path


def measure_of(path: str) -> Measure:
    """Return what the measure at `path` is; the path has been checked."""
    return MEASURES[split(path)[2]]


def known_paths(names: Mapping[Level, tuple[str, ...]]) -> list[str]:
    """Return every path that may be asked for, where `names` has what is there by level."""
    totals = [name for name, measure in MEASURES.items() if "total" in measure.of]
    return totals + [
        f"{level}.{name}.{measure}"
        for level in LEVELS
        for name in names.get(level, ())
        for measure, row in MEASURES.items()
        if level in row.of
    ]


def check_paths(paths: tuple[str, ...], names: Mapping[Level, tuple[str, ...]]) -> None:
    """Raise `UserError` that names the nearest known ones unless all `paths` can be asked for."""
    known = known_paths(names)
    for path in paths:
        if path not in known:
            same = [other for other in known if other.endswith(f".{path}")]
            near = same[:3] or get_close_matches(path, known, n=3, cutoff=0.5)
            hint = f"; did you mean {' or '.join(near)}?" if near else "; `simlab list measures`"
            raise UserError(f"unknown measure {path!r}{hint}")
