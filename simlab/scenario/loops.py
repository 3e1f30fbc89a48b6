"""Loops: one that targets several services becomes one controller for each, `loop/service`.

A few kinds are one for all that they target; a tag is written out for them, `web,cart`.
"""

from dataclasses import replace
from typing import Final

from simlab.scenario.nodes import Entry, Node, Scalar, Table
from simlab.scenario.problems import Problems, listed
from simlab.scenario.selectors import People

ONE_FOR_ALL: Final = ("script", "mape_k", "adaptive_system")
TAGLESS: Final = ("script",)  # Their target is `all` or one service.


def spread(loops: Table, people: People, problems: Problems) -> Table:
    """Return `loops`, each with one service as its target."""
    entries: dict[str, Entry] = {}
    for name, entry in loops.entries.items():
        for key, value in _each(name, entry.value, people, problems):
            entries[key] = Entry(entry.key, value)
    return replace(loops, entries=entries)


def _each(name: str, loop: Node, people: People, problems: Problems) -> list[tuple[str, Node]]:
    if not isinstance(loop, Table):
        return [(name, loop)]
    kind, target = loop.get("kind"), loop.get("target")
    if isinstance(kind, Scalar) and kind.text in ONE_FOR_ALL:
        return [(name, _one_for_all(kind.text, loop, people, problems))]
    if not isinstance(target, Scalar):
        return [(name, loop)]
    services = people.selected(target.text)
    if not services:
        stranger = people.stranger(target.text, sources=False)
        problems.at(target, stranger or "selects no service: there is none")
    if len(services) < 2:
        word = replace(target, text=services[0]) if services else target
        return [(name, loop.with_entry("target", word))]
    return [
        (f"{name}/{service}", loop.with_entry("target", replace(target, text=service)))
        for service in services
    ]


def _one_for_all(kind: str, loop: Table, people: People, problems: Problems) -> Table:
    """Return `loop` with its target written out: ``all``, or the services, by comma.

    So are the targets of the loops that it is made of.
    """
    for key, part in loop.items():
        if isinstance(part, Table):
            loop = loop.with_entry(key, _one_for_all("", part, people, problems))
    target = loop.get("target")
    if not isinstance(target, Scalar) or target.text == "all" or target.text in people.services:
        return loop
    services = () if kind in TAGLESS else people.selected(target.text)
    if services:
        return loop.with_entry("target", replace(target, text=",".join(services)))
    if kind in TAGLESS:
        allowed = listed([*people.services, "all"])
        message: str | None = f"{target.text!r} came; allowed is {allowed}"
    else:
        message = people.stranger(target.text, sources=False)
    problems.at(target, message or "selects no service: there is none")
    return loop
