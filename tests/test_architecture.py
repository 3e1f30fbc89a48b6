"""The architecture, as a table: which room may import which, and which third party where.

Every import counts, wherever it stands: on top of a module, in a function, under `TYPE_CHECKING`
(a type is a dependency too). `import_module` and `__import__` count when they are told a word; told
anything else they are refused. What the table cannot say stands in `EXCEPTIONS`, with a reason.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

import simlab

ROOT: Final = Path(simlab.__file__).parent

TOP: Final = "simlab"  # The package itself: the names that it offers, imported when asked for.
MAY: Final[Mapping[str, tuple[str, ...]]] = {
    "core": (),
    "controllers": ("core",),
    "load": ("core",),
    "faults": ("core",),
    "telemetry": ("core",),
    "model": ("core", "controllers", "load", "faults", "telemetry"),
    "scenario": ("core", "controllers", "load", "faults", "telemetry", "model.settings"),
    "study": ("core", "controllers", "load", "faults", "telemetry", "model", "scenario"),
    "live": (
        "core", "controllers", "load", "faults", "telemetry", "scenario",
        "model.settings", "model.journal", "model.rows",
    ),
    "rl": (
        "core", "controllers", "load", "faults", "telemetry", "model", "scenario", "study",
    ),
    "report": ("core", "telemetry", "study", "model.settings"),
    "cli": (
        "core", "controllers", "load", "faults", "telemetry", "model", "scenario", "study",
        "live", "rl", "report", TOP,
    ),
    TOP: ("core", "scenario", "study"),
}  # fmt: skip

THIRD: Final[Mapping[str, tuple[str, ...]]] = {
    "numpy": (
        "core",
        "controllers",
        "load",
        "faults",
        "telemetry",
        "model",
        "study",
        "rl",
        "report",
    ),
    "gymnasium": ("rl",),
    "simpy": ("model",),
    "ruamel": ("scenario",),
    "scipy": ("study",),
    "pandas": ("study", "report", "cli"),
    "matplotlib": ("report",),
    "click": ("cli",),
    "rich": ("cli",),
}
LAZY: Final = ("pandas", "matplotlib", "scipy")  # Slow to import: never on top of a module.

DRAWING: Final = (  # Imported by `report` when a figure is asked for, and by nobody else.
    "report.comparison_figure",
    "report.style",
    "report.sweep_figure",
    "report.timeline_figure",
    "report.whatif_figure",
)

EXCEPTIONS: Final[Mapping[tuple[str, str], str]] = {
    ("study.runs", "simlab.report"): "Run.plot, for people in notebooks; only when called",
    ("study.runs", "matplotlib"): "the type of what Run.plot returns; never imported",
    ("study.comparison", "simlab.report"): "Comparison.plot, likewise",
    ("study.comparison", "matplotlib"): "the type of what Comparison.plot returns",
    ("study.sweeps.sweep", "simlab.report"): "Sweep.plot, likewise",
    ("study.sweeps.sweep", "matplotlib"): "the type of what Sweep.plot returns",
    ("study.whatif.whatif", "simlab.report"): "WhatIf.plot, likewise",
    ("study.whatif.whatif", "matplotlib"): "the type of what WhatIf.plot returns",
}
LATE: Final[Mapping[str, str]] = {
    "simlab": "a table of names and where they live, so that `import simlab` costs nothing",
    "study": "likewise, so that a worker imports only what it needs",
    "cli.app": "the table of commands, so that `--help` imports none of them",
}


@dataclass(frozen=True)
class Import:
    """One imported name: where it stands, and whether importing the module imports it.

    Args:
        module: Dotted, without `simlab.` in front; `simlab` for the package itself.
        target: Dotted and absolute; of `from a import b` it is `a.b`. `?`: told at run time.
    """

    module: str
    line: int
    target: str
    at_once: bool

    @property
    def room(self) -> str:
        return self.module.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.module}, line {self.line}: imports {self.target}"


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join(parts) or TOP


def imports_of(path: Path, root: Path = ROOT) -> Iterator[Import]:
    """Yield every import in the module at `path`, in a package `simlab` that lies at `root`."""
    module = module_name(path, root)
    inside = [TOP, *([] if module == TOP else module.split("."))]
    package = inside if path.name == "__init__.py" else inside[:-1]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    deferred = _deferred(tree)
    for node in ast.walk(tree):
        for target in _targets(node, package):
            yield Import(module, node.lineno, target, node not in deferred)  # type: ignore[attr-defined]


def _deferred(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes that importing the module does not run: in functions, and type-only."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
                found.update(below for one in body for below in ast.walk(one))
            case ast.If(test=test, body=body) if "TYPE_CHECKING" in ast.unparse(test):
                found.update(below for one in body for below in ast.walk(one))
    return found


def _targets(node: ast.AST, package: list[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (one.name for one in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            base = package[: len(package) - level + 1] if level else []
            head = ".".join([*base, *([module] if module else [])])
            yield from (f"{head}.{one.name}" for one in names)
        case ast.Call(func=func, args=args) if _imports(func):
            word = args[0] if args else None
            told = isinstance(word, ast.Constant) and isinstance(word.value, str)
            yield word.value if told else "?"


def _imports(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("import_module", "__import__")


def allowed(one: Import) -> bool:
    """Return whether the table allows this import."""
    head, _, rest = one.target.partition(".")
    if one.target == "?":
        return one.module in LATE
    if head == TOP:
        room = rest.partition(".")[0] or TOP
        row = MAY.get(one.room, ())
        return room == one.room or any(f"{rest or TOP}.".startswith(f"{may}.") for may in row)
    return head in sys.stdlib_module_names or one.room in THIRD.get(head, ())


def excepted(one: Import) -> tuple[str, str] | None:
    for module, target in EXCEPTIONS:
        if one.module == module and f"{one.target}.".startswith(f"{target}."):
            return module, target
    return None


def all_imports(root: Path = ROOT) -> list[Import]:
    return [one for path in sorted(root.rglob("*.py")) for one in imports_of(path, root)]


def trespasses(root: Path = ROOT) -> list[str]:
    """Return what the package at `root` imports that neither table nor exceptions allow."""
    return [str(one) for one in all_imports(root) if not allowed(one) and not excepted(one)]


def test_a_room_imports_only_what_it_may() -> None:
    assert trespasses() == []


def test_every_room_is_in_the_table_and_every_row_is_a_room() -> None:
    rooms = {path.relative_to(ROOT).parts[0] for path in ROOT.rglob("*.py")} - {"__init__.py"}
    assert rooms | {TOP} == MAY.keys()
    assert {name for row in THIRD.values() for name in row} <= MAY.keys()


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in ROOT.rglob("*.py")}
    assert [str(one) for one in sorted(folders) if not (one / "__init__.py").exists()] == []


def test_no_exception_has_outlived_its_reason() -> None:
    found = [one for one in all_imports() if not allowed(one)]
    assert {excepted(one) for one in found} == set(EXCEPTIONS)
    assert {one.module for one in all_imports() if one.target == "?"} == set(LATE)


def test_what_is_slow_to_import_is_imported_when_it_is_needed() -> None:
    slow = [
        one
        for one in all_imports()
        if one.target.partition(".")[0] in LAZY and one.at_once and one.module not in DRAWING
    ]
    assert [str(one) for one in slow] == []
    assert not [str(one) for one in all_imports() if one.at_once and excepted(one)]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        pytest.param("controllers/sly.py", "import simpy", id="a controller imports simpy"),
        pytest.param(
            "controllers/sly.py",
            "def wait():\n    from simpy.events import Event",
            id="a controller imports simpy in a function",
        ),
        pytest.param(
            "controllers/deep/sly.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import simpy.core as s",
            id="a controller imports simpy for its types",
        ),
        pytest.param(
            "controllers/sly.py",
            "from importlib import import_module\nimport_module('simpy')",
            id="a controller imports simpy by a function",
        ),
        pytest.param("core/sly.py", "__import__('os' + 'x')", id="someone imports he knows what"),
        pytest.param("controllers/sly.py", "from simlab.model import World", id="reads the model"),
        pytest.param("controllers/sly.py", "from ..model import world", id="by a relative import"),
        pytest.param("controllers/sly.py", "from .. import load", id="of a room beside it"),
        pytest.param("controllers/__init__.py", "from ..faults import rules", id="in a package"),
        pytest.param("core/sly.py", "import simlab", id="a room imports the whole"),
        pytest.param("core/sly.py", "import simlab.load.shapes", id="core imports a room"),
        pytest.param("scenario/sly.py", "from simlab.model.world import World", id="edge, world"),
        pytest.param("scenario/sly.py", "from simlab.model import MODEL_VERSION", id="edge, model"),
        pytest.param("scenario/sly.py", "from simlab.model.settings_stack import Stack", id="like"),
        pytest.param("model/sly.py", "from simlab.scenario import load", id="model reads files"),
        pytest.param("study/sly.py", "import simpy", id="a study imports simpy"),
        pytest.param("study/sly.py", "from simlab.report import table", id="a study reports"),
        pytest.param("load/sly.py", "import pandas as pd", id="load imports pandas"),
        pytest.param("model/sly.py", "from numba import njit", id="numba is nowhere yet"),
        pytest.param("__init__.py", "import numpy", id="the package imports numpy"),
        pytest.param("new/sly.py", "from simlab.core import Loop", id="a room that is no row"),
    ],
)
def test_the_checker_sees_what_is_planted(tmp_path: Path, module: str, source: str) -> None:
    path = tmp_path / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"from math import sqrt\n{source}\n", encoding="utf-8")
    assert len(trespasses(tmp_path)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        pytest.param("controllers/good.py", "from simlab.core import Loop", id="core"),
        pytest.param("controllers/good.py", "from ..core import Loop\nfrom . import row", id="rel"),
        pytest.param("scenario/good.py", "from simlab.model import settings", id="settings"),
        pytest.param("scenario/good.py", "import simlab.model.settings.link", id="deeper"),
        pytest.param("model/good.py", "import simpy, os.path\nimport numpy as np", id="simpy"),
    ],
)
def test_the_checker_lets_pass_what_may_be(tmp_path: Path, module: str, source: str) -> None:
    path = tmp_path / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    assert trespasses(tmp_path) == []


SECOND: Final = (*THIRD, "numba")


@pytest.mark.parametrize(
    ("statement", "never"),
    [
        pytest.param("import simlab", SECOND, id="the package imports nothing"),
        pytest.param(
            "import simlab.model.settings, simlab.controllers, simlab.load, simlab.faults",
            [one for one in SECOND if one != "numpy"],
            id="settings need no simpy",
        ),
        pytest.param(
            "import simlab.scenario",
            [one for one in SECOND if one not in ("numpy", "ruamel")],
            id="the edge needs no simpy",
        ),
        pytest.param(
            "import simlab.study.faces, simlab.study.comparing",
            ["simpy", "pandas", "scipy", "matplotlib", "click", "rich"],
            id="a study needs the engine only to run",
        ),
        pytest.param(
            "import simlab.cli; simlab.cli.main",
            ["numpy", "simpy", "pandas", "scipy", "matplotlib", "ruamel"],
            id="the command line is there at once",
        ),
    ],
)
def test_importing_imports_no_more_than_it_must(statement: str, never: Sequence[str]) -> None:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "simlab" in loaded
    assert sorted(loaded & set(never)) == []


def test_the_package_alone_imports_no_room() -> None:
    code = "import sys, simlab\nprint(*(name for name in sys.modules if 'simlab.' in name))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    assert done.stdout.split() == []


def test_every_name_that_the_package_offers_is_there() -> None:
    for name in simlab.__all__:
        assert getattr(simlab, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        simlab.nonsense  # noqa: B018 (asked for its error)
