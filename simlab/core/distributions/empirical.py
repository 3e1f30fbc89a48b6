"""Empirical: values that were measured, each as likely as the others.

    value   the one of rank int(u n), from 0, among the n values in ascending order

A file is read when the settings are made, so that its errors are told with all others.
"""

from dataclasses import dataclass
from math import fsum
from typing import Literal

from simlab.core.distributions.column import read_column
from simlab.core.distributions.law import Fixed, Sampler, require_number
from simlab.core.settings import Settings, require, require_not_negative
from simlab.core.streams import Stream
from simlab.core.units import File, Number


@dataclass(frozen=True, kw_only=True)
class Empirical(Settings):
    """Measured values, drawn with replacement; from a file, or as they stand.

    Args:
        file: A CSV file (``.gz`` too): the first column of each line is a value in SI units; the
            first line may be a header.
        values: The values.
    """

    dist: Literal["empirical"] = "empirical"
    file: File | None = None
    values: tuple[Number, ...] | None = None

    def __post_init__(self) -> None:
        require(
            (self.file is None) != (self.values is None),
            f"empirical takes file, or values; got {'neither' if self.file is None else 'both'}",
        )
        if self.values is not None:
            require(len(self.values) > 0, "values must hold at least one value")
            for value in self.values:
                require_number(values=value)
                require_not_negative(values=value)
        if self.file is not None:
            read_column(self.file)

    def ascending(self) -> tuple[float, ...]:
        """Return all values in ascending order."""
        if self.file is not None:
            return read_column(self.file)
        assert self.values is not None
        return tuple(sorted(float(value) for value in self.values))

    def expectation(self) -> float:
        """Return the mean of the values."""
        values = self.ascending()
        return fsum(values) / len(values)

    def infimum(self) -> float:
        """Return the smallest value."""
        return self.ascending()[0]

    def sampler(self) -> Sampler:
        """Return what draws values."""
        return EmpiricalSampler(self.ascending())


class EmpiricalSampler(Fixed):
    """Draws by rank."""

    __slots__ = ("_ascending", "_count")

    def __init__(self, ascending: tuple[float, ...]) -> None:
        self._ascending, self._count = ascending, len(ascending)

    def draw(self, stream: Stream, request: int, offset: int = 0) -> float:
        return self._ascending[int(stream.uniform(request, offset) * self._count)]
