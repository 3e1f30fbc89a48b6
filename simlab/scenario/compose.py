"""Compose: YAML 1.2 text becomes a located tree. Nothing is constructed from it.

Rule 1: a scalar stays the text that it is; its field will say how to read it.
Rule 2: no text makes this slow, deep or big: bytes, depth and nodes (aliases told out) have limits.
Rule 3: tags and second documents are refused; anchors, aliases and merge keys (`<<`) are read.
"""

from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from simlab.core import FileError, Problem
from simlab.scenario.drafts import (
    DEEPEST,
    Draft,
    DraftListing,
    DraftScalar,
    DraftTable,
    TooBig,
    Unfolding,
)
from simlab.scenario.nodes import Node, Place, Source, Table
from simlab.scenario.problems import Problems

MOST_BYTES: Final = 2_000_000


def read(path: str | Path) -> tuple[str, Source]:
    """Return the text of the file at `path` and its source; `FileError` if that cannot be."""
    file = Path(path)
    source = Source(str(path), str(file.absolute().parent))
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError([Problem(str(path), "", f"cannot be read: {reason}")]) from None
    if len(raw) > MOST_BYTES:
        raise FileError([Problem(str(path), "", f"is longer than {MOST_BYTES} bytes")])
    try:
        return raw.decode("utf-8-sig"), source
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        place = Place(source, line, error.start - raw.rfind(b"\n", 0, error.start))
        raise FileError([Problem(str(place), "", "is not UTF-8 text")]) from None


def compose(text: str, source: Source) -> Table:
    """Return the mapping that the document `text` holds; `FileError` if it holds none."""
    node = compose_value(text, source)
    if isinstance(node, Table):
        return node
    came = "is empty" if node is None else "holds no mapping"
    raise FileError([Problem(str(Place(source)), "", f"{came}: it must say keys and values")])


def compose_value(text: str, source: Source, path: str = "") -> Node | None:
    """Return what `text` holds, None for nothing at all; `FileError` if it is no YAML.

    The paths of its nodes begin with `path`.
    """
    problems = Problems()
    parse = _Parse(source, problems)
    draft = parse.document(text)
    node = None
    if draft is not None:
        try:
            node = Unfolding(problems).node(draft, path)
        except TooBig:
            if not problems:  # Else how deep it is has been told.
                problems.add(
                    draft.place, path, "holds more, or is nested deeper, than files may be"
                )
    problems.check()
    return node


class _Parse:
    """One reading of events into a draft."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._anchors: dict[str, Draft] = {}
        self._stack: list[DraftListing | DraftTable] = []
        self._root: Draft | None = None
        self._documents = 0

    def document(self, text: str) -> Draft | None:
        """Return the draft of the only document of `text`."""
        try:
            for event in YAML(typ="safe", pure=True).parse(StringIO(text)):
                if not self._take(event):
                    break
        except YAMLError as error:
            self._problems.add(*self._syntax(error))
        except (ValueError, OverflowError) as error:  # An escape beyond Unicode.
            self._problems.add(Place(self._source), "", f"is not YAML 1.2: {error}")
        return self._root

    def _take(self, event: Any) -> bool:
        """Take one event; return whether to go on."""
        place = self._place(event.start_mark)
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._problems.add(place, "", "a second document begins here; a file holds one")
            if event.version not in (None, (1, 2)):
                self._problems.add(place, "", "is not YAML 1.2")
            return len(self._problems) == 0
        if isinstance(event, CollectionEndEvent):
            self._stack.pop()
        elif isinstance(event, NodeEvent):
            self._node(event, place)
            if len(self._stack) > DEEPEST:
                self._problems.add(place, "", f"is nested deeper than {DEEPEST} levels")
                return False
        return True

    def _node(self, event: Any, place: Place) -> None:
        draft: Draft
        if isinstance(event, AliasEvent):
            draft = self._anchors.get(event.anchor) or DraftScalar(place, "", plain=False)
            if event.anchor not in self._anchors:
                self._problems.add(place, "", f"alias *{event.anchor} has no anchor above it")
        else:
            draft = self._new(event, place)
        if self._stack:
            self._stack[-1].add(draft)
        else:
            self._root = draft
        if isinstance(event, SequenceStartEvent | MappingStartEvent):
            self._stack.append(draft)  # type: ignore[arg-type]

    def _new(self, event: Any, place: Place) -> Draft:
        if event.tag is not None:
            message = f"tags are not used here ({event.tag}): values are read by their field"
            self._problems.add(place, "", message)
        draft: Draft
        if isinstance(event, ScalarEvent):
            draft = DraftScalar(place, event.value, plain=event.style is None)
            self._printable(draft)
        else:
            draft = (
                DraftListing(place) if isinstance(event, SequenceStartEvent) else DraftTable(place)
            )
        if event.anchor is not None:
            self._anchors[event.anchor] = draft
        return draft

    def _printable(self, scalar: DraftScalar) -> None:
        if any("\ud800" <= letter <= "\udfff" for letter in scalar.text):
            self._problems.add(scalar.place, "", "holds half of a surrogate pair, which is no text")
            scalar.text = ""

    def _syntax(self, error: YAMLError) -> tuple[Place, str, str]:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = Place(self._source) if mark is None else self._place(mark)
        said = error.problem or error.context if isinstance(error, MarkedYAMLError) else None
        reason = said or str(error).splitlines()[0]
        return place, "", f"is not YAML 1.2: {reason}"

    def _place(self, mark: Any) -> Place:
        return Place(self._source, mark.line + 1, mark.column + 1)
