"""Sites: the places where chance is drawn, as a tree that mirrors the calls.

A site is a pure function of its place: what it remembers is a cache, so forks share it, and a
pickle leaves it behind. Who draws often keeps its site; to walk the tree costs a look-up a step.
"""

from typing import Any

from simlab.core.chance import Purpose, Tag, child
from simlab.core.streams import Stream


class Site:
    """A place in the tree of calls, steps, rounds and branches below one root."""

    __slots__ = ("_children", "_streams", "place")

    def __init__(self, place: int) -> None:
        self.place = place
        self._children: dict[int, Site] = {}
        self._streams: dict[int, Stream] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "Site":
        return self  # A cache of a pure function.

    def __reduce__(self) -> tuple[type["Site"], tuple[int]]:
        return Site, (self.place,)

    def child(self, tag: int, number: int) -> "Site":
        """Return the site of the thing that is `number` of its `tag`, below this one."""
        branch = number * 8 + tag
        found = self._children.get(branch)
        if found is None:
            found = self._children[branch] = Site(child(self.place, tag, number))
        return found

    def stream(self, purpose: Purpose) -> Stream:
        """Return the numbers drawn here for `purpose`."""
        found = self._streams.get(purpose)
        if found is None:
            found = self._streams[purpose] = Stream(child(self.place, Tag.PURPOSE, purpose))
        return found
