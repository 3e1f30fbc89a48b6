"""Structure: a located tree becomes settings, by walking the annotations of their classes.

Rule 1: all that is wrong is found in one walk; what is wrong becomes `BAD`, and what holds it too.
Rule 2: a key that no field has is an error, and so is a value of another kind; nothing is ignored.
Rule 3: settings check themselves when they are made; `make` tells their errors at the field.
Rule 4: `none` is None where a field may be None, else the same as not being written.
"""

from collections.abc import Mapping
from typing import Any, Final

from simlab.core import Settings
from simlab.model.settings.world import WorldSettings
from simlab.scenario import later, words
from simlab.scenario.choosing import NoClassError, chosen, fits, unknown
from simlab.scenario.documents import refused
from simlab.scenario.hints import (
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
from simlab.scenario.make import make
from simlab.scenario.marks import ABSENT, BAD, Mark
from simlab.scenario.names import fault_of
from simlab.scenario.nodes import Listing, Node, Table, is_none, join, said
from simlab.scenario.problems import Problems
from simlab.scenario.shorthands import field_written_out, written_out

# Where names are made of names: a loop of several services is `loop/service` for each.
KEYS: Final[Mapping[tuple[type[Settings], str], str]] = {(WorldSettings, "loops"): "loop"}


class Structure:
    """One walk over trees.

    Args:
        problems: Where to note what is wrong.
        build: Whether to make settings. Else what stands there is only looked at, for parts that
            defaults or selectors may still complete: nothing is missed, and the values are `BAD`.
    """

    def __init__(self, problems: Problems, *, build: bool = True) -> None:
        self._problems = problems
        self._build = build
        # Worlds share most trees. Nodes are kept, so that no id is used again.
        self._known: dict[tuple[int, int, str, int], tuple[Node, Hint, Any]] = {}

    def value(self, node: Node, hint: Hint, quantity: str = "duration", default: Any = None) -> Any:
        """Return what `node` says as `hint`; `BAD`, its problem noted, if it says nothing valid.

        Args:
            node: What stands there.
            hint: What may stand there.
            quantity: The kind of number that a quantity is here.
            default: What stands there if nothing is written; a mapping without its `kind` keeps it.
        """
        key = (id(node), id(hint), quantity, id(default))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (node, hint, self._value(node, hint, quantity, default))
        return known[2]

    def _value(self, node: Node, hint: Hint, quantity: str, default: Any) -> Any:
        if is_none(node) and not words.takes_none(hint):
            return None if isinstance(hint, Maybe) else ABSENT
        inner = hint.inner if isinstance(hint, Maybe) else hint
        node = written_out(node, inner)
        match inner:
            case Word() | Flag() | Choice():
                return self._word(node, inner, quantity)
            case Record(cls=cls):
                return self._record(node, cls, quantity)
            case OneOf():
                return self._one_of(node, inner, quantity, default)
            case Named():
                return self._named(node, inner, quantity)
            case Many(item=item):
                return self._many(node, item, quantity)
            case Row(items=items):
                return self._row(node, items, quantity)
            case Either(options=options):
                return self._either(node, options, quantity)
            case _:
                return self.value(node, inner, quantity, default)

    def _bad(self, node: Node, message: str) -> Mark:
        self._problems.at(node, message)
        return BAD

    def _wrong(self, node: Node, hint: Hint, quantity: str) -> Mark:
        return self._bad(node, f"{said(node)} came; allowed is {words.allowed(hint, quantity)}")

    def _word(self, node: Node, hint: Word | Flag | Choice, quantity: str) -> Any:
        if hint == Word("tree"):
            return node
        try:
            return words.read(node, hint, quantity)
        except ValueError as error:
            return self._bad(node, str(error))

    def _record(self, node: Node, cls: type[Settings], quantity: str) -> Any:
        if not isinstance(node, Table):
            return self._wrong(node, Record(cls), quantity)
        fields = fields_of(cls)
        strangers = [key for key in node.entries if key not in fields]
        for key in strangers:
            message = later.key(cls, key) or refused(cls, key) or unknown(key, tuple(fields))
            self._problems.add(node.entries[key].key, join(node.path, key), message)
        values = {}
        for field in fields.values():
            value = self._field(node, cls, field, quantity)
            if value is not ABSENT:
                values[field.name] = value
        if not self._build or BAD in values.values() or strangers:
            return BAD
        return make(cls, values, node, self._problems) or BAD

    def _field(self, node: Table, cls: type[Settings], field: Field, quantity: str) -> Any:
        value = node.get(field.key)
        result: Any = ABSENT
        if value is not None:
            message = later.form(cls, field.key, value)
            if message:
                return self._bad(value, message)
            value = field_written_out(value, cls, field.key)
            quantity = QUANTITIES.get(field.key, quantity)
            hint = field.hint
            if isinstance(hint, Named):
                hint = Named(KEYS.get((cls, field.key), hint.key), hint.value)
            result = self.value(value, hint, quantity, field.default)
        if result is ABSENT and field.required and self._build:
            message = f"is missing; allowed is {words.allowed(field.hint, quantity)}"
            self._problems.add(node.place, join(node.path, field.key), message)
            return BAD
        return result

    def _one_of(self, node: Node, hint: OneOf, quantity: str, default: Any) -> Any:
        if not isinstance(node, Table):
            return self._wrong(node, hint, quantity)
        try:
            cls = chosen(node, hint, default if self._build else None)
        except NoClassError as error:
            if not error.missing or self._build:
                self._problems.add(error.place, error.path, str(error))
            return BAD
        return self._record(node, cls, quantity)

    def _named(self, node: Node, hint: Named, quantity: str) -> Any:
        if not isinstance(node, Table):
            return self._wrong(node, hint, quantity)
        values = {}
        for key, entry in node.entries.items():
            fault = fault_of(hint.key, key)
            if fault:
                self._problems.add(entry.key, join(node.path, key), fault)
            value = self.value(entry.value, hint.value, quantity)
            if value is not ABSENT:
                values[key] = BAD if fault else value
        return BAD if BAD in values.values() else values

    def _many(self, node: Node, item: Hint, quantity: str) -> Any:
        if not isinstance(node, Listing):
            return self._wrong(node, Many(item), quantity)
        values = [self.value(one, item, quantity) for one in node.items]
        return BAD if BAD in values else tuple(one for one in values if one is not ABSENT)

    def _row(self, node: Node, items: tuple[Hint, ...], quantity: str) -> Any:
        if not isinstance(node, Listing) or len(node.items) != len(items):
            came = f"a list of {len(node.items)}" if isinstance(node, Listing) else said(node)
            return self._bad(node, f"{came} came; allowed is {words.allowed(Row(items), quantity)}")
        values = tuple(self._item(*pair, quantity) for pair in zip(node.items, items, strict=True))
        return BAD if BAD in values else values

    def _item(self, node: Node, hint: Hint, quantity: str) -> Any:
        """Return what `node` says at a place of a row, from which it cannot be removed."""
        value = self.value(node, hint, quantity)
        return self._wrong(node, hint, quantity) if value is ABSENT else value

    def _either(self, node: Node, options: tuple[Hint, ...], quantity: str) -> Any:
        """Return what the first option of the form of `node` says."""
        fitting = [one for one in options if fits(node, one)]
        for option in fitting:
            tried = Problems()
            value = Structure(tried, build=self._build).value(node, option, quantity)
            if len(tried) == 0 or len(fitting) == 1:
                self._problems.take(tried)
                return value
        return self._wrong(node, Either(options), quantity)
