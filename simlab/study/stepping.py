"""Stepping: a run in the hands of its user; advance, look, change, fork, finish."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from simlab.core import Loop, Seconds, UserError
from simlab.model.settings.changes import changeable
from simlab.scenario.kinds import PARSERS, parse
from simlab.study.runs import Run

if TYPE_CHECKING:
    from simlab.model import World as Model


class World:
    """A scenario that stands still until it is told to go on.

    Quantities may be numbers in SI units, or text as files have it: ``"30m"``, ``"512Mi"``.

    Args:
        scenario, strategy: Names, for the run that it becomes.
        engine: What runs it.
        model: The world itself.
    """

    def __init__(self, scenario: str, strategy: str | None, engine: str, model: "Model") -> None:
        self._scenario, self._strategy, self._engine = scenario, strategy, engine
        self._model: Model | None = model

    @property
    def model(self) -> "Model":
        """Return the world beneath; `UserError` once it is finished."""
        if self._model is None:
            raise UserError("this world is finished; fork it before, to go on from there")
        return self._model

    @property
    def loops(self) -> Mapping[str, Loop]:
        """Return the controllers themselves, by name."""
        return self.model.loops

    @property
    def now(self) -> Seconds:
        """Return the time since the start, in seconds."""
        return self.model.now

    def advance(self, until: Seconds | str) -> None:
        """Go on to the time `until`, counted from the start: all before it, and its control events.

        Raises:
            UserError: it is no time, past, or after the end of arrivals.
        """
        model, time = self.model, _time(until)
        duration = model.settings.duration
        if not model.now <= time <= duration:
            raise UserError(f"advance must be to {model.now:g} s to {duration:g} s, got {until!r}")
        model.advance(time)

    def fork(self) -> Self:
        """Return a world in the same state, which goes on alike unless it is changed."""
        return type(self)(self._scenario, self._strategy, self._engine, self.model.fork())

    def set(self, path: str, value: float | str | None) -> None:
        """Change what can change while the system runs, such as ``services.web.replicas``.

        Raises:
            UserError: `path` is none of those, or `value` may not be there.
        """
        kind = changeable(self.model.settings, path).kind
        try:
            self.model.set(path, _quantity(kind, value) if isinstance(value, str) else value)
        except ValueError as error:
            raise UserError(f"{path}: {error}") from None

    def finish(self) -> Run:
        """Run to the end, drain, and return the run; the world is then used up."""
        model, self._model = self.model, None
        return Run(
            scenario=self._scenario,
            strategy=self._strategy,
            seed=model.seed,
            replication=model.replication,
            engine=self._engine,
            world=model.settings,
            record=model.finish(),
        )


def _time(until: Seconds | str) -> Seconds:
    if not isinstance(until, str):
        return until
    try:
        return parse("duration", until)
    except ValueError as error:
        raise UserError(str(error)) from None


def _quantity(kind: str, text: str) -> float | str | None:
    """Return the number that `text` is for a field of `kind`; what is no quantity stays text."""
    if text == "none":
        return None
    if kind not in PARSERS:
        return text
    try:
        return parse(kind, text)
    except ValueError as error:
        raise UserError(str(error)) from None
