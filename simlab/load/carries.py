"""What requests carry: numbers drawn at their source, each from a stream of its own name."""

from collections.abc import Mapping

from simlab.core import DistributionSettings, Purpose
from simlab.load.place import Place


class Carries:
    """The carried numbers of a source's requests.

    Args:
        settings: What each number is, by name.
        source: The source's name; with the number's own, part of its address.
    """

    __slots__ = ("_drawn",)

    def __init__(
        self,
        settings: Mapping[str, DistributionSettings],
        *,
        seed: int,
        replication: int,
        source: str,
    ) -> None:
        place = Place(seed, replication, source)
        self._drawn = {
            name: (law.sampler(), place.stream(Purpose.CARRY, f"carries.{name}"))
            for name, law in settings.items()
        }

    def draw(self, number: int) -> dict[str, float]:
        """Return what request `number` carries, by name, in the order of the settings."""
        return {name: law.draw(stream, number) for name, (law, stream) in self._drawn.items()}


__all__ = ["Carries"]
