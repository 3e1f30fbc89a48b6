"""Aims: what the words of a fault mean among the names that are there."""

from collections.abc import Iterable, Mapping, Sequence

from simlab.faults.common import LinkFault
from simlab.faults.links import PartitionSettings

Tags = Mapping[str, Sequence[str]]  # Of each service.


def named(target: str, tags: Tags) -> tuple[str, ...]:
    """Return the services that `target` means: a name, a tag, or `all`.

    A name beats a tag.
    """
    return tuple(name for name in tags if _means(target, name, tags))


def is_loop(name: str, loop: str) -> bool:
    """Return whether the loop `name` is `loop`, or that of one of its services."""
    return name.partition("/")[0] == loop or name == loop


def links_of(fault: LinkFault, links: Iterable[str], tags: Tags) -> tuple[str, ...]:
    """Return those of `links` that a fault hits; `tags` are those of each service.

    A name beats a tag.
    """
    if fault.target in links:
        found = [fault.target]
    else:
        found = [one for one in links if _means(fault.target, one.partition("->")[2], tags)]
    if isinstance(fault, PartitionSettings):
        found = [one for one in found if _means(fault.from_, one.partition("->")[0], tags)]
    return tuple(found)


def _means(word: str, name: str, tags: Tags) -> bool:
    if word in ("all", name):
        return True
    return word not in tags and word in tags.get(name, ())
