"""Scenes: small worlds written down as scenario texts, played, and told as short timelines.

Work, latencies and times are constants, as a rule multiples of powers of two, so that what is
expected can be worked out by hand and holds exactly.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

from simlab.core import Decision, Loop, Observation
from simlab.model import World, simulate
from simlab.model.settings import WorldSettings
from simlab.scenario import parse
from simlab.telemetry import Record

End = tuple[float, str]
HEAD = "schema: simlab/scenario/v1\nname: scene\n"


def resolve(text: str, strategy: str | None = None) -> WorldSettings:
    """Return the world that `text` describes; `duration` is 100 s unless it says so."""
    text = dedent(text).strip("\n")
    if "duration:" not in text:
        text = "duration: 100s\n" + text
    return parse(HEAD + text, name="scene.yaml").resolve(strategy)


def begin(
    text: str,
    strategy: str | None = None,
    *,
    seed: int = 1,
    loops: Mapping[str, Loop] | None = None,
    check_books: bool = True,
) -> World:
    """Return the world of `text` at its start, its books checked at every step."""
    world = resolve(text, strategy)
    return World(world, seed=seed, loops=loops, keep_requests=True, check_books=check_books)


def play(
    text: str,
    strategy: str | None = None,
    *,
    seed: int = 1,
    loops: Mapping[str, Loop] | None = None,
) -> Record:
    """Play the world of `text` to its end, its books checked at every step."""
    world = resolve(text, strategy)
    return simulate(world, seed=seed, loops=loops, keep_requests=True, check_books=True)


def ends(record: Record, source: str = "users") -> list[End]:
    """Return when each request of a source ended and how, in order of arrival."""
    rows = record.requests
    return [
        (round(float(at + took), 9), str(outcome))
        for name, at, took, outcome in zip(
            rows["source"], rows["arrival"], rows["latency"], rows["outcome"], strict=True
        )
        if name == source
    ]


def took(record: Record, source: str = "users") -> list[float]:
    """Return the latency of each request of a source, in order of arrival."""
    rows = record.requests
    return [
        round(float(latency), 9)
        for name, latency in zip(rows["source"], rows["latency"], strict=True)
        if name == source
    ]


def outcomes(record: Record, source: str = "users") -> list[str]:
    """Return the outcome of each request of a source, in order of arrival."""
    return [outcome for _, outcome in ends(record, source)]


def logs(record: Record, *kinds: str) -> list[tuple[float, str, str, int]]:
    """Return what was logged: when, what, of which service, of which replica."""
    return [
        (round(event.at, 9), event.data["kind"], event.who, event.data["replica"])
        for event in record.events
        if event.kind == "log" and (not kinds or event.data["kind"] in kinds)
    ]


def counts(record: Record, service: str) -> dict[str, int]:
    """Return how many attempts ended at a service, by outcome, without those that are none."""
    from simlab.core import OUTCOMES

    ended = record.services[service].outcomes
    return {name: n for name, n in zip(OUTCOMES, ended, strict=True) if n}


def sent(record: Record, link: str) -> dict[str, int]:
    """Return how many attempts of a link ended, by outcome, without those that are none."""
    from simlab.core import OUTCOMES

    ended = record.links[link].outcomes
    return {name: n for name, n in zip(OUTCOMES, ended, strict=True) if n}


class Arrivals:
    """Writes files of single arrivals; returns the shape that replays them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, 0

    def __call__(self, *times: float, **carried: tuple[float, ...]) -> str:
        """Return a shape of arrivals at `times`, each bringing what is `carried` by name."""
        names = ["time", *carried]
        rows = [[1.0 + time for time in times], *carried.values()]
        lines = [",".join(names), ",".join("0" for _ in names)]
        lines += [",".join(str(cell) for cell in row) for row in zip(*rows, strict=True)]
        self._made += 1
        path = self._folder / f"arrivals-{self._made}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return f"{{kind: trace, file: '{path}', start: 1s}}"


class Puppet:
    """A loop that does what it is told at given steps, and remembers what it saw."""

    def __init__(
        self, period: float, acts: Mapping[int, Decision] | None = None, **others: object
    ) -> None:
        self.period, self.acts = period, dict(acts or {})
        self.seen: list[Observation] = []
        for name, value in others.items():
            setattr(self, name, value)

    def step(self, seen: Observation) -> Decision:
        self.seen.append(seen)
        return self.acts.get(len(self.seen), Decision())


At = Callable[..., str]
