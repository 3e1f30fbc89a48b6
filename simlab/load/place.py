"""Where a source's chance comes from: addressed by seed, replication and the source's name."""

from dataclasses import dataclass

from simlab.core import Purpose, Site, Stream, root


@dataclass(frozen=True, slots=True)
class Place:
    """A source in one replication, or the place of one shape within its source.

    Args:
        path: Of a shape: its index in the source's list; inside a sum, the sum's index and its
            own, joined by dots; empty for the source itself.
    """

    seed: int
    replication: int
    source: str
    path: str = ""

    def below(self, index: int) -> "Place":
        """Return the place of the shape that is number `index` (from 0) of the list kept here."""
        path = f"{self.path}.{index}" if self.path else str(index)
        return Place(self.seed, self.replication, self.source, path)

    def stream(self, purpose: Purpose, thing: str = "") -> Stream:
        """Return the numbers that the source draws for `purpose`, or that a `thing` of it draws."""
        name = f"load.{self.source}.{thing}" if thing else f"load.{self.source}"
        return Site(root(self.seed, self.replication, name)).stream(purpose)


__all__ = ["Place"]
