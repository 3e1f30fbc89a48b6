"""Selectors: what a name, a tag, `all` or `a->b` selects, and which of several is the stronger.

    rank of a word    a name 2, a tag 1, all 0
    rank of a->b      the callee's rank first, then the caller's

Two of one rank that match one link are an error: there would be no telling which holds.
"""

from simlab.scenario.names import RESERVED
from simlab.scenario.nodes import Listing, Scalar, Table, join
from simlab.scenario.problems import Problems, listed, nearest

Rank = tuple[int, int]


class People:
    """Services with their tags, and sources: all that selectors can select.

    Args:
        services: The resolved mapping of services.
        load: The mapping of sources.
    """

    def __init__(self, services: Table, load: Table, problems: Problems) -> None:
        self.services: dict[str, tuple[str, ...]] = {
            name: _tags(service) if isinstance(service, Table) else ()
            for name, service in services.items()
        }
        self.sources = tuple(load.entries)
        self._check(services, load, problems)

    def _check(self, services: Table, load: Table, problems: Problems) -> None:
        for table in (services, load):
            for name, entry in table.entries.items():
                if name in RESERVED:
                    message = f"{name!r} has a meaning of its own and cannot be a name"
                    problems.add(entry.key, join(table.path, name), message)
        for name, entry in load.entries.items():
            if name in self.services:
                message = f"{name!r} is a service already; sources need names of their own"
                problems.add(entry.key, join(load.path, name), message)
        taken = (*self.services, *self.sources, *RESERVED)
        for name in services.entries:
            for tag in _tag_nodes(services.table(name)):
                if tag.text in taken:
                    problems.at(
                        tag, f"{tag.text!r} is a name already; tags need names of their own"
                    )

    @property
    def tags(self) -> tuple[str, ...]:
        """Return all tags, in order of first mention."""
        return tuple(dict.fromkeys(tag for tags in self.services.values() for tag in tags))

    def rank(self, word: str, name: str) -> int | None:
        """Return how strongly `word` selects the service or source `name`; None: not at all."""
        if word == name:
            return 2
        if word in self.services.get(name, ()):
            return 1
        return 0 if word == "all" else None

    def rank_of_link(self, selector: str, caller: str, callee: str) -> Rank | None:
        """Return how strongly `selector`, an ``a->b``, selects this link; None: not at all."""
        first, _, second = selector.partition("->")
        ranks = self.rank(second, callee), self.rank(first, caller)
        return None if ranks[0] is None or ranks[1] is None else (ranks[0], ranks[1])

    def selected(self, word: str) -> tuple[str, ...]:
        """Return the services that `word` selects, in order."""
        return tuple(name for name in self.services if self.rank(word, name) is not None)

    def stranger(self, word: str, *, sources: bool = True) -> str | None:
        """Return what is wrong with `word` if nothing at all is called so."""
        known = [*self.services, *(self.sources if sources else ()), *self.tags, "all"]
        if word in known:
            return None
        what = "service, source or tag" if sources else "service or tag"
        hint = nearest(word, known) or f"; there are {listed(known, 'and')}"
        return f"there is no {what} {word!r}{hint}"


def _tag_nodes(service: Table) -> list[Scalar]:
    tags = service.get("tags")
    items = tags.items if isinstance(tags, Listing) else ()
    return [tag for tag in items if isinstance(tag, Scalar)]


def _tags(service: Table) -> tuple[str, ...]:
    return tuple(tag.text for tag in _tag_nodes(service))


def by_rank(selectors: Table, people: People, link: tuple[str, str]) -> list[Table]:
    """Return the mappings of `selectors` that match `link`, weak to strong."""
    found: dict[Rank, Table] = {}
    for selector, value in selectors.items():
        rank = people.rank_of_link(selector, *link)
        if rank is not None and isinstance(value, Table):
            found.setdefault(rank, value)
    return [found[rank] for rank in sorted(found)]


def check_selectors(
    selectors: Table,
    people: People,
    links: list[tuple[str, str]],
    problems: Problems,
    *,
    whole: bool = True,
) -> None:
    """Note the selectors that match no link, and those that are of one rank for some link.

    Unless the links are `whole`, one may be missing that a selector is right to speak of.
    """
    matched: dict[tuple[tuple[str, str], Rank], str] = {}
    for selector, entry in selectors.entries.items():
        path = join(selectors.path, selector)
        ranks = [(link, people.rank_of_link(selector, *link)) for link in links]
        hits = [(link, rank) for link, rank in ranks if rank is not None]
        if not hits and "->" in selector:
            message = _stranger(selector, people)
            if message or whole:
                problems.add(entry.key, path, message or _matches_nothing(selector, links))
        for first, link in _rivals(selector, hits, matched).items():
            message = f"{first} and {selector} are of one rank and both match {link}"
            problems.add(entry.key, path, message)


def _rivals(
    selector: str,
    hits: list[tuple[tuple[str, str], Rank]],
    matched: dict[tuple[tuple[str, str], Rank], str],
) -> dict[str, str]:
    """Return the selectors that are of one rank with `selector`, each with a link of both."""
    rivals: dict[str, str] = {}
    for link, rank in hits:
        first = matched.setdefault((link, rank), selector)
        if first != selector:
            rivals.setdefault(first, "->".join(link))
    return rivals


def _stranger(selector: str, people: People) -> str | None:
    caller, _, callee = selector.partition("->")
    return people.stranger(caller) or people.stranger(callee, sources=False)


def _matches_nothing(selector: str, links: list[tuple[str, str]]) -> str:
    caller, _, callee = selector.partition("->")
    names = ["->".join(link) for link in links]
    hint = nearest(selector, names) or f"; links are {listed(names[:12], 'and')}"
    return f"matches no link: {caller} does not call {callee}{hint}"
