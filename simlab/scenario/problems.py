"""Problems: all that is wrong is told at once, each thing once, in the order of the files.

    file:line:column: path: what came, what is allowed

A problem is known by its place, its key and its message, so that what defaults say wrongly of many
services is told once.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

from simlab.core import FileError, Problem, UserError
from simlab.scenario.nodes import Node, Place


class Problems:
    """What has been found wrong so far."""

    def __init__(self) -> None:
        self._found: dict[tuple[Place, str, str], Problem] = {}
        self._told: dict[Problem, None] = {}

    def __len__(self) -> int:
        return len(self._found) + len(self._told)

    def add(self, place: Place, path: str, message: str) -> None:
        """Note that `message` holds at `place`; the same thing found again is not told again."""
        # What stands in defaults is seen in many services: it is the same key all the same.
        key = path.rpartition(".")[2]
        self._found.setdefault((place, key, message), Problem(str(place), path, message))

    def at(self, node: Node, message: str) -> None:
        """Note that `message` holds of `node`."""
        self.add(node.place, node.path, message)

    def take(self, others: "Problems") -> None:
        """Add all that `others` has found."""
        for key, problem in others._found.items():  # noqa: SLF001 (of the same class)
            self._found.setdefault(key, problem)
        self._told.update(others._told)  # noqa: SLF001

    def tell(self, error: UserError) -> None:
        """Note what another file was refused for."""
        others = error.problems if isinstance(error, FileError) else [Problem("", "", str(error))]
        self._told.update(dict.fromkeys(others))

    def sorted(self) -> list[Problem]:
        """Return all problems: sources in order of first mention, then by line and column.

        Those of other files come last.
        """
        order: dict[str, int] = {}
        for place, _, _ in self._found:
            order.setdefault(place.source.label, len(order))

        def position(key: tuple[Place, str, str]) -> tuple[int, int, int]:
            place = key[0]
            return order[place.source.label], place.line, place.column

        own = [self._found[key] for key in sorted(self._found, key=position)]
        return [*own, *self._told]

    def check(self) -> None:
        """Raise a `FileError` with all problems, if there are any."""
        if len(self):
            raise FileError(self.sorted())


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a question that offers the word of `known` most like `word`, or nothing.

    >>> nearest("replica", ["replicas", "cores"]), nearest("xyz", ["replicas"])
    ("; did you mean 'replicas'?", '')
    """
    close = get_close_matches(word.lower()[:100], list(islice(known, 200)), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def listed(words: Iterable[str], last: str = "or") -> str:
    """Return `words` as English lists them.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed(["a", "b"], "and")
    ('a, b or c', 'a', 'a and b')
    """
    *head, tail = list(words) or ["nothing"]
    return f"{', '.join(head)} {last} {tail}" if head else tail
