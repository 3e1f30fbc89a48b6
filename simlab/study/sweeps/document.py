"""The document of a sweep, for machines; and what turns in it, as sentences."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simlab.study.sweeps.flips import Flip
    from simlab.study.sweeps.sweep import Spot, Sweep


def document_of(found: "Sweep") -> dict[str, Any]:
    """Return what `simlab sweep --json` prints: plain data, the same for the same runs."""
    question = found.question
    return {
        "sweep": found.name,
        "seed": question.seed,
        "replications": question.replications,
        "engine": question.engine,
        "population": found.spots[0].comparison.population,
        "factors": [list(axis) for axis in found.axes],
        "measures": list(found.measures),
        "points": [_point(found, spot) for spot in found.spots],
        "flips": [_flip(found, one) for one in found.flips],
        "warnings": list(found.warnings),
    }


def _point(found: "Sweep", spot: "Spot") -> dict[str, Any]:
    seen = spot.comparison
    return {
        "scenario": spot.scenario,
        "factors": spot.plain(),
        "warmup": seen.question.warmup,
        "strategies": {
            strategy: {name: row[name].to_json() for name in found.measures}
            for strategy, row in seen.estimates.items()
        },
        "differences": [one.to_json() for one in seen.found],
        "best": seen.best,
    }


def _flip(found: "Sweep", one: "Flip") -> dict[str, Any]:
    return {
        "measure": one.measure,
        "a": one.a,
        "b": one.b,
        "along": list(one.axis),
        "better_at": found.heads(one.before),
        "worse_at": found.heads(one.after),
    }


def sentence_of(found: "Sweep", one: "Flip") -> str:
    """Return where the ranking of two strategies turns, in words."""
    before, after = (found.at(spot, one.axis) for spot in (one.before, one.after))
    others = [path for path in found.paths if path not in one.axis]
    several = [one.after.scenario] if len(found.scenarios) > 1 else []
    rest = ", ".join([*several, *filter(None, [found.at(one.after, others)])])
    where = f" ({rest})" if rest else ""
    return f"{one.a} beats {one.b} on {one.measure} at {before}, and loses to it at {after}{where}"
