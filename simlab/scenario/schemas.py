"""Schemas: JSON Schema (draft 2020-12) of the kinds of file, for editors.

    python -m simlab.scenario.schemas scenario > docs/schemas/scenario-v1.json

Made by the same walk of annotations by which files are read, with units, shorthands, and `none`.
Where mappings merge (services, links, strategies) a class has a second form, its `part`: nothing is
required there, and a `kind` may be left out.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from simlab.core import Settings, UserError
from simlab.model.settings.service import ServiceSettings
from simlab.scenario.asking import ExperimentFile
from simlab.scenario.docstrings import meanings_of, summary_of
from simlab.scenario.documents import ScenarioDocument, StrategyFile
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
)
from simlab.scenario.kinds import QUANTITIES
from simlab.scenario.patterns import PATTERNS, scalar
from simlab.scenario.problems import listed, nearest
from simlab.scenario.shorthands import short_fields, short_forms
from simlab.scenario.systems import SystemFile

Schema = dict[str, Any]

DOCUMENTS: Final = {
    "scenario": ScenarioDocument,
    "strategy": StrategyFile,
    "experiment": ExperimentFile,
    "system": SystemFile,
}
NONE: Final[Schema] = {"const": "none"}
# What merges with something else before it is whole.
PARTS: Final = ("defaults", "services", "links", "loops", "strategies")


def schema(kind: str) -> Schema:
    """Return the JSON Schema of this kind of file; a `UserError` where there is no such kind."""
    if kind not in DOCUMENTS:
        hint = nearest(kind, DOCUMENTS)
        raise UserError(f"there is no kind of file {kind!r}: {listed(DOCUMENTS)}{hint}")
    walk = _Walk()
    document = walk.document(DOCUMENTS[kind])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:simlab:{kind}:v1",
        "title": f"simlab {kind}",
        **document,
        "$defs": dict(sorted(walk.definitions.items())),
    }


WHOLE: Final = (ServiceSettings, "operations")  # Nobody says a part of an operation.


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a hint stands: in what may be a part, and as what kind of quantity."""

    part: bool = False
    quantity: str = "duration"


class _Walk:
    """One walk over the classes of a document; each becomes a definition."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {"none": NONE}
        self._classes: dict[str, type[Settings]] = {}

    def document(self, cls: type[Settings]) -> Schema:
        """Return the schema of a file that holds `cls`."""
        body = self._object(cls, _Where())
        return {**body, "patternProperties": {"^x-": True}}

    def _object(self, cls: type[Settings], where: _Where) -> Schema:
        fields = fields_of(cls)
        meanings = meanings_of(cls)
        properties = {}
        for key, field in fields.items():
            inner = replace(where, quantity=QUANTITIES.get(key, where.quantity))
            inner = replace(inner, part=(where.part or key in PARTS) and (cls, key) != WHOLE)
            body = self._field(cls, field, inner)
            meaning = meanings.get(field.name)
            properties[key] = {"description": meaning, **body} if meaning else body
        required = [key for key, field in fields.items() if field.required and not where.part]
        tags = [key for key in TAGS if key in fields and not where.part]
        body = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**body, "required": [*tags, *required]} if tags or required else body

    def _field(self, cls: type[Settings], field: Field, where: _Where) -> Schema:
        forms = [self._of(one, where) for one in short_fields(cls, field.key)]
        body = self._of(field.hint, where)
        if field.required or field.key in TAGS or _is_none_a_form(field.hint):
            return _any([body, *forms])
        return _any([body, *forms, {"$ref": "#/$defs/none"}])

    def _of(self, hint: Hint, where: _Where) -> Schema:
        forms = [self._of(one, where) for one in short_forms(hint)]
        return _any([self._long(hint, where), *forms]) if forms else self._long(hint, where)

    def _long(self, hint: Hint, where: _Where) -> Schema:
        match hint:
            case Word(kind=kind):
                return scalar(where.quantity if kind == "quantity" else kind)
            case Flag():
                return {"type": "boolean"}
            case Choice(words=words):
                return {"enum": list(words)}
            case Record(cls=cls):
                return self._reference(cls, where)
            case OneOf():
                return self._one_of(hint, where)
            case Named():
                return self._named(hint, where)
            case Many(item=item):
                return {"type": "array", "items": self._of(item, replace(where, part=False))}
            case Row(items=items):
                first = [self._of(one, replace(where, part=False)) for one in items]
                return {"type": "array", "prefixItems": first, "items": False,
                        "minItems": len(first)}  # fmt: skip
            case Maybe(inner=inner):
                return _any([self._of(inner, where), {"$ref": "#/$defs/none"}])
            case Either(options=options):
                return _any([self._of(one, where) for one in options])

    def _one_of(self, hint: OneOf, where: _Where) -> Schema:
        classes = dict.fromkeys(cls for _, cls in hint.members)
        forms = [self._reference(cls, where) for cls in classes]
        if where.part and hint.tag:
            forms.append({"type": "object", "not": {"required": [hint.tag]}})
        name = _named(f"any-{hint.tag or 'step'}-{hint.words[0]}", where)
        self.definitions[name] = _any(forms)
        return {"$ref": f"#/$defs/{name}"}

    def _named(self, hint: Named, where: _Where) -> Schema:
        value = _any([self._of(hint.value, where), {"$ref": "#/$defs/none"}])
        body: Schema = {"type": "object", "additionalProperties": value}
        if hint.key in PATTERNS:
            body["propertyNames"] = {"pattern": f"^({PATTERNS[hint.key]})$"}
        return body

    def _reference(self, cls: type[Settings], where: _Where) -> Schema:
        """Return a reference to the definition of `cls`, which is made if it is not there."""
        name = cls.__name__
        assert self._classes.setdefault(name, cls) is cls, f"two classes are called {name}"
        name = _named(name, where)
        if name not in self.definitions:
            self.definitions[name] = {}  # It may refer to itself.
            self.definitions[name] = {"description": summary_of(cls), **self._object(cls, where)}
        return {"$ref": f"#/$defs/{name}"}


def _named(name: str, where: _Where) -> str:
    part = "-part" if where.part else ""
    return f"{name}{part}" if where.quantity == "duration" else f"{name}{part}-{where.quantity}"


def _is_none_a_form(hint: Hint) -> bool:
    return isinstance(hint, Maybe) or (isinstance(hint, Choice) and "none" in hint.words)


def _any(forms: list[Schema]) -> Schema:
    """Return the schema of any of `forms`, nested ones laid flat."""
    flat: list[Schema] = []
    for form in forms:
        inner = form["anyOf"] if list(form) == ["anyOf"] else [form]
        flat += [one for one in inner if one not in flat]
    return flat[0] if len(flat) == 1 else {"anyOf": flat}


def main(arguments: Sequence[str]) -> None:
    """Write the schema of the kind of file that `arguments` name to the standard output."""
    sys.stdout.write(f"{json.dumps(schema(arguments[0]), indent=1, ensure_ascii=False)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
