"""The reference: one table for each noun of the language, made from the settings themselves.

python -m simlab.scenario.reference > docs/reference.md
"""

import sys
from collections.abc import Iterator
from typing import Any, Final

from simlab.controllers import BalancerSettings, BreakerSettings, LoopSettings, RetrySettings
from simlab.core import DistributionSettings, Settings
from simlab.faults import FaultSettings
from simlab.load import ShapeSettings, SourceSettings
from simlab.model.settings.link import LinkSettings
from simlab.model.settings.service import ServiceSettings
from simlab.model.settings.steps import OperationSettings, StepSettings
from simlab.scenario.docstrings import meanings_of, summary_of
from simlab.scenario.documents import (
    ExperimentFile,
    ScenarioDocument,
    StrategyDocument,
    StrategyFile,
)
from simlab.scenario.hints import (
    TAGS,
    Choice,
    Either,
    Field,
    Flag,
    Hint,
    Many,
    Maybe,
    Named,
    OneOf,
    Record,
    Row,
    Word,
    fields_of,
    hint_of,
    settings_in,
)
from simlab.scenario.kinds import EXPECTED
from simlab.scenario.shorthands import short_fields, short_forms
from simlab.scenario.spelling import spelled
from simlab.scenario.structure import QUANTITIES

HEAD: Final = """\
# Reference

Every word of the language, one table for each noun. This page is made from the settings:
`python -m simlab.scenario.reference > docs/reference.md`.

A field without a default is required. `none` removes what stands in a place. Where a mapping may be
one of several, a `kind`, a `dist` or the verb of a step says which.

## Values

| kind | written as |
|---|---|
"""

KEYS: Final = {"link": "`a->b`", "operation": "`service.operation`"}

SECTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("Scenario", ScenarioDocument),
    ("Service", ServiceSettings),
    ("Operation", OperationSettings),
    ("Steps", StepSettings),
    ("Link", LinkSettings),
    ("Retries", RetrySettings),
    ("Breakers", BreakerSettings),
    ("Balancers", BalancerSettings),
    ("Load", SourceSettings),
    ("Shapes", ShapeSettings),
    ("Distributions", DistributionSettings),
    ("Faults", FaultSettings),
    ("Loops", LoopSettings),
    ("Strategy", StrategyFile),
    ("Experiment", ExperimentFile),
)
"""Sections, each with the class or union that it begins with; what only it uses follows there."""


def reference() -> str:
    """Return the reference as Markdown."""
    kinds = "".join(f"| {kind.replace('_', ' ')} | {said} |\n" for kind, said in EXPECTED.items())
    return HEAD + kinds + "".join(_section(title, root) for title, root in SECTIONS)


def sections() -> dict[str, tuple[type[Settings], ...]]:
    """Return the classes of each section, in order; every class of the language in one of them."""
    roots = {cls for _, root in SECTIONS for cls in settings_in(hint_of(root))}
    roots.add(StrategyDocument)  # A strategy's file says more, and has the section.
    taken: set[type[Settings]] = set()
    found = {}
    for title, root in SECTIONS:
        classes = [cls for one in settings_in(hint_of(root)) for cls in _below(one, roots)]
        found[title] = tuple(dict.fromkeys(cls for cls in classes if cls not in taken))
        taken.update(found[title])
    return found


def _below(cls: type[Settings], roots: set[type[Settings]]) -> Iterator[type[Settings]]:
    """Yield `cls` and the classes of its fields that have no section of their own."""
    todo, seen = [cls], {cls}
    while todo:
        one = todo.pop(0)
        yield one
        for field in fields_of(one).values():
            inner = [each for each in settings_in(field.hint) if each not in seen | roots]
            seen.update(inner)
            todo += inner


def _section(title: str, root: Any) -> str:
    classes = sections()[title]
    hint = hint_of(root)
    forms = [f"`{form}`" if " " not in form else form for form in map(takes, short_forms(hint))]
    short = f"Also written as {', or '.join(forms)}.\n\n" if forms else ""
    several = len(settings_in(hint)) > 1
    body = "".join(_table(cls, heading=several or index > 0) for index, cls in enumerate(classes))
    return f"\n## {title}\n\n{short}{body.rstrip()}\n"


def _table(cls: type[Settings], *, heading: bool) -> str:
    """Return the table of one class, under a heading unless it is its section's own."""
    forms = short_forms(Record(cls))
    short = f" Also written as {', or '.join(map(takes, forms))}." if forms and heading else ""
    title = f"### {_title(cls)}\n\n" if heading else ""
    rows = [_row(cls, field) for field in fields_of(cls).values() if field.key not in TAGS]
    table = "| field | takes | default | meaning |\n|---|---|---|---|\n" + "".join(rows)
    return f"{title}{summary_of(cls).replace('``', '`')}{short}\n\n{table if rows else ''}\n"


def _title(cls: type[Settings]) -> str:
    """Return what files call `cls`: its kind, its law, or its name without `Settings`."""
    fields = fields_of(cls)
    tag = next((tag for tag in TAGS if tag in fields), None)
    if tag is not None and isinstance(hint := fields[tag].hint, Choice):
        return f"`{tag}: {', '.join(hint.words)}`"
    steps = {one: verb for verb, one in _members(StepSettings)}
    return f"`{steps[cls]}:`" if cls in steps else cls.__name__.removesuffix("Settings")


def _members(root: Any) -> tuple[tuple[str, type[Settings]], ...]:
    hint = hint_of(root)
    return hint.members if isinstance(hint, OneOf) else ()


def _row(cls: type[Settings], field: Field) -> str:
    quantity = QUANTITIES.get(field.key, "duration")
    forms = [takes(field.hint), *map(takes, short_fields(cls, field.key))]
    default = "" if field.required else f"`{spelled(field.default, field.hint, quantity)}`"
    meaning = _meaning(cls, field)
    cells = (f"`{field.key}`", ", or ".join(forms), default, meaning)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _meaning(cls: type[Settings], field: Field) -> str:
    """Return what the docstring says of a field, or else what its class says of itself."""
    meaning = meanings_of(cls).get(field.name, "")
    inner = settings_in(field.hint)
    if not meaning and len(inner) == 1:
        meaning = summary_of(inner[0])
    return meaning.replace("``", "`")


def takes(hint: Hint) -> str:
    """Return what `hint` takes, in few words.

    >>> takes(Many(Maybe(Word("size_rate")))), takes(Choice(("ps", "fifo")))
    ('list: size rate or none', '`ps` or `fifo`')
    """
    match hint:
        case Word(kind=kind):
            return kind.replace("_", " ")
        case Flag():
            return "`true` or `false`"
        case Choice(words=words):
            return " or ".join(f"`{word}`" for word in words)
        case Record(cls=cls):
            return cls.__name__.removesuffix("Settings").removesuffix("Document").lower()
        case OneOf():
            return _title_of(hint)
        case Named(key=key, value=value):
            return f"mapping: {KEYS.get(key, key)} to {takes(value)}"
        case Many(item=item):
            return f"list: {takes(item)}"
        case Row(items=items):
            return f"[{', '.join(takes(one) for one in items)}]"
        case Maybe(inner=inner):
            return f"{takes(inner)} or none"
        case Either(options=options):
            return " or ".join(takes(one) for one in options)


def _title_of(hint: OneOf) -> str:
    """Return a link to the section of the union `hint`, or its kinds where it has none."""
    for title, root in SECTIONS:
        if hint_of(root) == hint:
            return f"[{title.lower().removesuffix('s')}](#{title.lower()})"
    return " or ".join(f"`{hint.tag}: {word}`" for word in hint.words)


if __name__ == "__main__":
    sys.stdout.write(reference())
