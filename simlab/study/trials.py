"""A trial: one run of one strategy, as plain data; what a worker sends and a store keeps."""

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simlab.core import Seconds, UserError
from simlab.model.settings.world import WorldSettings
from simlab.study.engines import Simulate, simulator
from simlab.study.host import clock
from simlab.study.measures import RunMeasures, measure
from simlab.study.statistics import Histogram
from simlab.telemetry import Event, Record

Single = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A run to be made.

    Args:
        strategy: Its name in the comparison.
        replication: From 0 on.
        key: What the run is stored by.
        point: Of a sweep: the name of its point; else empty.
    """

    strategy: str
    replication: int
    key: str
    point: str = ""

    def __str__(self) -> str:
        where = f" at {self.point}" if self.point else ""
        return f"{self.strategy}{where}, replication {self.replication}"


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What happened over time: `timeline` has columns of equal length, `events` are in order."""

    timeline: Mapping[str, Single]
    events: Sequence[Event]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A run that was made.

    Args:
        seconds: How long it took.
        measures: All of them.
        histograms: Latencies by ``sources.NAME`` and ``links.NAME``.
        curve: Mean latency of all sources by second of arrival, from 0 on; nan where nothing was
            answered. In single precision, fresh or from a store: a warm-up is found from it.
        quality: Columns ``valid`` and ``good``: requests of all sources by bin of arrival, from 0
            on; whole numbers. Empty in runs that an older version stored.
        trace: None where it was left in the store.
    """

    task: Task
    seconds: Seconds
    measures: RunMeasures
    histograms: Mapping[str, Histogram]
    curve: Single
    quality: Mapping[str, Single] = field(default_factory=dict)
    trace: Trace | None = None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A run that raised.

    Args:
        error: The traceback; or, where the user's files or words are wrong, the message.
        by_user: Whether they are.
    """

    task: Task
    seconds: Seconds
    error: str
    by_user: bool = False


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What all runs of a comparison share. Picklable, for workers.

    Args:
        worlds: By strategy, with their warm-up settled.
        simulate: The engine, as a function that can be imported by name; None: the product's own.
    """

    worlds: Mapping[str, WorldSettings]
    seed: int
    simulate: Simulate | None = field(default=None)

    def run(self, task: Task) -> Trial | Failure:
        """Make the run: see `made`."""
        return made(task, self.worlds[task.strategy], seed=self.seed, simulate=self.simulate)


class Maker(Protocol):
    """Makes runs. Picklable, for workers."""

    def run(self, task: Task) -> Trial | Failure: ...


def made(
    task: Task, world: WorldSettings, *, seed: int, simulate: Simulate | None
) -> Trial | Failure:
    """Make the run; whatever it raises is told, so that the other runs can go on."""
    begun = clock()
    simulate = simulate or simulator()
    try:
        record = simulate(world, seed=seed, replication=task.replication)
        measures = measure(record, world)
    except UserError as error:
        return Failure(task=task, seconds=clock() - begun, error=str(error), by_user=True)
    except Exception:  # noqa: BLE001 (a controller of any author runs in there)
        return Failure(task=task, seconds=clock() - begun, error=traceback.format_exc())
    return trial(task, record, measures, clock() - begun)


def trial(task: Task, record: Record, measures: RunMeasures, seconds: Seconds) -> Trial:
    """Return what is kept of a run."""
    sources = {f"sources.{name}": seen.histogram for name, seen in record.sources.items()}
    links = {f"links.{name}": seen.histogram for name, seen in record.links.items()}
    both = sources | links
    timeline = {name: column.astype(np.float32) for name, column in record.timeline.items()}
    return Trial(
        task=task,
        seconds=seconds,
        measures=measures,
        histograms={name: np.array(counts, np.int64) for name, counts in both.items()},
        curve=curve(record),
        quality=quality(record),
        trace=Trace(timeline=timeline, events=tuple(record.events)),
    )


def quality(record: Record) -> dict[str, Single]:
    """Return how many requests were valid, and how many good, by bin of arrival."""
    length = max((len(seen.valid_bins) for seen in record.sources.values()), default=0)
    valid, good = np.zeros(length), np.zeros(length)
    for seen in record.sources.values():
        valid += _long(seen.valid_bins, length)
        good += _long(seen.good_bins, length)
    return {"valid": valid.astype(np.float32), "good": good.astype(np.float32)}


def curve(record: Record) -> Single:
    """Return the mean latency of all sources by second of arrival; nan where none was answered."""
    seconds = int(record.duration)
    latency, answered = np.zeros(seconds), np.zeros(seconds)
    for seen in record.sources.values():
        latency += _long(seen.latency_seconds, seconds)
        answered += _long(seen.answered_seconds, seconds)
    means = np.full(seconds, np.nan)
    np.divide(latency, answered, out=means, where=answered > 0)
    return means.astype(np.float32)


def _long(values: Sequence[float], length: int) -> NDArray[np.float64]:
    column = np.zeros(length)
    column[: min(len(values), length)] = values[:length]
    return column
