"""Variants: one world with other faults in it. Chance is addressed by a fault's name, so a fault
that is taken out shifts nobody's luck.

    alone    with: this fault and no other        without: none
    among    with: all faults                     without: all but this one

The run without any fault is always made: false alarms are counted in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from simlab.model.settings.world import WorldSettings

Each: TypeAlias = Literal["alone", "among"]
EACH: tuple[Each, ...] = ("alone", "among")


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A strategy, and which of the scenario's faults are in its world.

    Args:
        strategy: Its name.
        faults: Names, in the order of the scenario.
        words: What is said of them: ``""``, ``with cart-dies``, ``without cart-dies``.
    """

    strategy: str
    faults: tuple[str, ...] = ()
    words: str = ""

    @property
    def name(self) -> str:
        """Return what its runs are kept under."""
        return f"{self.strategy} {self.words}".strip()

    def world(self, whole: WorldSettings) -> WorldSettings:
        """Return `whole` with these faults alone."""
        kept = {name: fault for name, fault in whole.faults.items() if name in self.faults}
        return replace(whole, faults=kept)


@dataclass(frozen=True, kw_only=True)
class Family:
    """The variants of one strategy.

    Args:
        calm: Without any fault.
        pairs: By fault: with it, without it.
    """

    calm: Variant
    pairs: Mapping[str, tuple[Variant, Variant]]

    def all(self) -> list[Variant]:
        """Return each variant once: the calm one first."""
        every = [self.calm, *(one for pair in self.pairs.values() for one in pair)]
        return list({one.name: one for one in every}.values())


def family(strategy: str, faults: Sequence[str], every: Sequence[str], each: Each) -> Family:
    """Return the variants that tell what `faults`, of `every` one of the scenario, do."""
    calm = Variant(strategy=strategy)
    if each == "alone":
        pairs = {
            name: (Variant(strategy=strategy, faults=(name,), words=f"with {name}"), calm)
            for name in faults
        }
        return Family(calm=calm, pairs=pairs)
    whole = Variant(strategy=strategy, faults=tuple(every), words="with all faults")
    return Family(
        calm=calm, pairs={name: (whole, _without(strategy, name, every, calm)) for name in faults}
    )


def _without(strategy: str, name: str, every: Sequence[str], calm: Variant) -> Variant:
    rest = tuple(one for one in every if one != name)
    return Variant(strategy=strategy, faults=rest, words=f"without {name}") if rest else calm
