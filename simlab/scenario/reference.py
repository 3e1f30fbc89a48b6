"""The reference: one table for each noun of the language, made from the settings themselves.

    python -m simlab.scenario.reference > docs/reference.md

A test holds that page to be current. (`takes` is long because it has a line or two for each kind of
hint.)
"""

import sys
from typing import Any, Final

from simlab.core import Settings
from simlab.model.settings.steps import StepSettings
from simlab.scenario.docstrings import meanings_of, summary_of
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
from simlab.scenario.kinds import EXPECTED, QUANTITIES
from simlab.scenario.sections import SECTIONS, sections
from simlab.scenario.shorthands import short_fields, short_forms
from simlab.scenario.spelling import spelled

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


def reference() -> str:
    """Return the reference as Markdown."""
    kinds = "".join(f"| {kind.replace('_', ' ')} | {said} |\n" for kind, said in EXPECTED.items())
    quantity = "| quantity | a duration; under `carries`, a number |\n"
    return HEAD + kinds + quantity + "".join(_section(title, root) for title, root in SECTIONS)


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
    forms = [f"{hint.tag}: {word}" if hint.tag else f"{{{word}: ...}}" for word in hint.words]
    return " or ".join(f"`{form}`" for form in forms)


if __name__ == "__main__":
    sys.stdout.write(reference())
