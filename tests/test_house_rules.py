"""House rules that can be read off the code: chance, clocks, floats, lengths.

Chance has addresses and time is an argument, so nobody draws, and nobody looks at a clock. Floats
that decide anything are made by operations that every engine and every platform rounds alike. A
module has at most 200 lines and a function a body of at most 25, or its docstring says why: in a
sentence that begins `Longer than most`, and that names the function where it is about one.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

import simlab

ROOT: Final = Path(simlab.__file__).parent
Found = tuple[str, str]  # A module, dotted; and the word that it uses.

# Chance and clocks.

BANNED: Final = ("random", "time", "datetime", "secrets", "uuid")  # Modules of the library.
HOST: Final[Mapping[Found, str]] = {
    ("study.host", "datetime"): "the date that a manifest bears",
    ("study.host", "time"): "how long a run took, told beside its numbers and never in them",
    ("live.clock", "time"): "the wall clock: the one place where live things ask for the time",
    ("live.app", "time"): "a program of its own: the service that demonstrations run",
    ("live.leash", "time"): "a program of its own: it outlives the driver, whose clock is gone",
}


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(*below: str) -> list[Path]:
    return sorted(path for one in below or (".",) for path in _paths(ROOT / one))


def _paths(place: Path) -> Iterator[Path]:
    return place.rglob("*.py") if place.is_dir() else iter([place])


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def chance_and_clocks(tree: ast.AST) -> Iterator[str]:
    """Yield what in `tree` draws without an address, looks at a clock, or hashes with salt."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (one.name for one in names if one.name.split(".")[0] in BANNED)
            case ast.ImportFrom(module=str(module), level=0) if module.split(".")[0] in BANNED:
                yield module
            case ast.ImportFrom(module="numpy", names=names):
                yield from ("numpy.random" for one in names if one.name == "random")
            case ast.ImportFrom(module=str(module)) if module.startswith("numpy.random"):
                yield "numpy.random"
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random"):
                yield "numpy.random"
            case ast.Attribute(value=ast.Name(id="os"), attr="urandom" | "getrandom"):
                yield "os.urandom"
            case ast.Call(func=ast.Name(id="hash")):
                yield "hash"


def test_nobody_draws_and_nobody_looks_at_a_clock() -> None:
    found = {
        (dotted(path), word) for path in modules() for word in chance_and_clocks(tree_of(path))
    }
    salted = {  # In `__hash__`, where it belongs.
        ("controllers.mapek.rules", "hash"),
        ("controllers.mapek.settings", "hash"),
        ("controllers.scaling.script", "hash"),
    }
    assert found == HOST.keys() | salted


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from random import Random",
        "from time import monotonic",
        "import time as clock",
        "from datetime import datetime",
        "import numpy as np\nnp.random.default_rng(1)",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import os\nos.urandom(8)",
        "hash('web')",
    ],
)
def test_the_checker_sees_chance_and_clocks(source: str) -> None:
    assert list(chance_and_clocks(ast.parse(source)))


# Floats.

EXACT: Final = ("inf", "nan", "isfinite", "isnan", "isinf", "floor", "ceil", "trunc")
ALIKE: Final = ("log", "log1p", "exp", "sqrt")
DECIDES: Final = (
    "core/chance.py", "core/streams.py", "core/distributions", "model/reference",
    "controllers/guarding", "controllers/retrying", "controllers/balancing",
)  # fmt: skip
MAY_COMPUTE: Final[Mapping[Found, str]] = {
    ("core.distributions.empirical", "fsum"): "mean() of a file: told to people, once",
    ("core.distributions.normal", "erfc"): "F(0), where the law is cut: once for each law",
    ("core.distributions.normal", "pi"): "mean() of the cut law: told to people",
    ("core.distributions.weibull", "lgamma"): "its parameters from mean and cv: once for each law",
    ("model.reference.client", "sum"): "counts clients",
    ("model.reference.service", "sum"): "counts replicas",
}


def arithmetic(tree: ast.AST) -> Iterator[str]:
    """Yield what in `tree` may round otherwise elsewhere: powers, sums, most of `math`."""
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(op=ast.Pow()) | ast.AugAssign(op=ast.Pow()):
                yield "**"
            case ast.Call(func=ast.Name(id="pow" | "sum" as name)):
                yield name
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name) if name in NUMPY_SUMS:
                yield f"numpy.{name}"
            case ast.ImportFrom(module="math", names=names):
                yield from (one.name for one in names if one.name not in (*EXACT, *ALIKE))
            case ast.Attribute(value=ast.Name(id="math"), attr=name):
                yield from () if name in (*EXACT, *ALIKE) else (name,)


NUMPY_SUMS: Final = (
    "sum",
    "mean",
    "dot",
    "cumsum",
    "power",
    "prod",
    "einsum",
    "matmul",
    "add.reduce",
)


def test_floats_that_decide_are_made_of_what_rounds_alike() -> None:
    found = {
        (dotted(path), word) for path in modules(*DECIDES) for word in arithmetic(tree_of(path))
    }
    assert found == MAY_COMPUTE.keys()


@pytest.mark.parametrize(
    "source",
    [
        "x ** 2",
        "x **= 0.5",
        "pow(x, 2)",
        "sum(times)",
        "from math import fsum",
        "import math\nmath.pow(2, 3)",
        "from math import sin",
        "import numpy as np\nnp.sum(times)",
    ],
)
def test_the_checker_sees_arithmetic(source: str) -> None:
    assert list(arithmetic(ast.parse(source)))


@pytest.mark.parametrize("place", DECIDES)
def test_what_decides_is_still_where_it_was(place: str) -> None:
    assert modules(place)


# Lengths.

LINES: Final = 200
BODY: Final = 25
REASON: Final = re.compile(r"^Longer than most|(?<=[.\n] )Longer than most", re.MULTILINE)


def reason_of(tree: ast.Module) -> str:
    """Return the sentences of a module's docstring that say why something is longer."""
    text = ast.get_docstring(tree) or ""
    found = REASON.search(text)
    return text[found.start() :] if found else ""


def too_long(text: str) -> Iterator[str]:
    """Yield what in a module is longer than most without a reason in writing."""
    tree = ast.parse(text)
    reason = reason_of(tree)
    lines = text.count("\n")
    if lines > LINES and not reason:
        yield f"{lines} lines"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = body_length(node)
            if length > BODY and f"`{node.name}`" not in reason:
                yield f"{node.name}: {length} lines"


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines from the first statement to the last, the docstring left out."""
    has_docstring = ast.get_docstring(function) is not None
    statements = function.body[1:] if has_docstring else function.body
    if not statements:
        return 0
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1


def test_what_is_longer_than_most_says_why() -> None:
    found = {dotted(path): list(too_long(path.read_text(encoding="utf-8"))) for path in modules()}
    assert {module: what for module, what in found.items() if what} == {}


LONG: Final = "def _wire():\n" + "    act()\n" * (BODY + 1)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        pytest.param("x = 1\n" * LINES, 0, id="200 lines are enough"),
        pytest.param("x = 1\n" * (LINES + 1), 1, id="201 need a reason"),
        pytest.param('"""Good."""\n' + "x = 1\n" * LINES, 1, id="a docstring alone is none"),
        pytest.param(
            '"""All. Longer than most: so it is."""\n' + "x = 1\n" * LINES, 0, id="a reason is"
        ),
        pytest.param(
            '"""It is no Longer than most."""\n' + "x = 1\n" * LINES, 1, id="within a sentence: no"
        ),
        pytest.param(LONG, 1, id="a long function needs one"),
        pytest.param(LONG.replace("act()", "'''Doc'''", 1), 0, id="a docstring does not count"),
        pytest.param('"""A.\n\nLonger than most: `_wire`."""\n' + LONG, 0, id="that names it"),
        pytest.param('"""A.\n\nLonger than most: `_other`."""\n' + LONG, 1, id="not another"),
    ],
)
def test_the_checker_counts(text: str, tells: int) -> None:
    assert len(list(too_long(text))) == tells
