"""The manifest of an experiment: what its results came of, beside them as `manifest.json`.

Written aside and then renamed, so it is whole or the one before. An experiment may be asked about
several scenarios in turn: each has its part; the rest tells of the latest asking.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simlab.study.files import written
from simlab.study.host import commit, machine, today, versions
from simlab.study.question import Question

FILE = "manifest.json"
SCHEMA = "simlab/manifest/v1"
CHANCE = "Philox 4x32-10 by address: seed, replication, name and path; request, draw"


def opened(
    directory: Path,
    question: Question,
    *,
    text: str | None,
    path: str | None,
    warmup_rule: str,
    resolved: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Write and return the manifest of an experiment that begins.

    Args:
        directory: Of the experiment.
        question: What is asked, its warm-up settled.
        text: The scenario, as people wrote it.
        path: Where it was read from.
        warmup_rule: How its warm-up was settled.
        resolved: By strategy, the canonical document of the world that it makes.
    """
    scenario = {
        "path": path,
        "text": text,
        "analysis": question.analysis,
        "warmup": {"seconds": question.warmup, "rule": warmup_rule},
        "strategies": {
            name: {"sha256": question.digests[name], "world": resolved[name]}
            for name in question.strategies
        },
    }
    scenarios = {**_before(directory), question.scenario: scenario}
    manifest = {**_facts(question), "scenarios": scenarios}
    write(directory, manifest)
    return manifest


def opened_sweep(
    directory: Path,
    question: Question,
    *,
    name: str,
    files: Mapping[str, str | None],
    points: Mapping[str, Mapping[str, Any]],
    warmup_rule: str,
) -> dict[str, Any]:
    """Write and return the manifest of a sweep that begins.

    Args:
        directory: Of the experiment.
        question: What is asked at its first point.
        name: Of the sweep.
        files: By scenario, where it was read from.
        points: By scenario and point: values, warm-up, and digests of the worlds.
        warmup_rule: How warm-ups were settled.
    """
    scenarios = dict(_before(directory))
    for scenario, path in files.items():
        parts = {"path": path, "text": text_of(path), "warmup_rule": warmup_rule}
        scenarios[scenario] = {**parts, "points": points[scenario]}
    manifest = {**_facts(question), "sweep": name, "scenarios": scenarios}
    write(directory, manifest)
    return manifest


def text_of(path: str | None) -> str | None:
    """Return what a file says; None where there is none (any more)."""
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return None


def _facts(question: Question) -> dict[str, Any]:
    """Return what is told of the latest asking."""
    return {
        "schema": SCHEMA,
        "command": sys.argv,
        "started": today(),
        "ended": None,
        "model_version": question.model_version,
        "versions": versions(),
        "machine": machine(),
        "git": commit(Path(__file__).parent),
        "chance": CHANCE,
        "engine": question.engine,
        "seed": question.seed,
        "replications": question.replications,
        "measures": question.measures,
        "margin": dict(question.margin),
    }


def closed(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Note that the experiment of `manifest` has ended."""
    write(directory, {**manifest, "ended": today()})


def read(directory: Path) -> dict[str, Any]:
    """Return the manifest in `directory`; empty where there is none that can be read."""
    try:
        found = json.loads((directory / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("schema") == SCHEMA else {}


def write(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Put `manifest` in `directory`, whole or not at all."""
    with written(directory / FILE) as aside, aside.open("w", encoding="utf-8") as stream:
        json.dump(manifest, stream, indent=1, ensure_ascii=False)
        stream.write("\n")


def _before(directory: Path) -> dict[str, Any]:
    scenarios: dict[str, Any] = read(directory).get("scenarios", {})
    return scenarios
