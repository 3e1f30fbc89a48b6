"""Notebooks: they run from a fresh kernel, and what is committed shows what they show."""

import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

TOP = Path(__file__).parent.parent
NOTEBOOKS = sorted((TOP / "notebooks").glob("*.ipynb"))
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    found: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return found


def shown(notebook: nbformat.NotebookNode) -> list[list[tuple[str, ...]]]:
    """Return, by cell of code, what kinds of output there are."""
    return [
        [(one.output_type, *sorted(one.get("data", {}))) for one in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_there_are_notebooks() -> None:
    assert [path.name for path in NOTEBOOKS] == [
        "01-first-comparison.ipynb",
        "02-sweep.ipynb",
        "03-train.ipynb",
        "04-break.ipynb",
    ]


@EACH
def test_committed_outputs_are_there_and_hold_no_error(path: Path) -> None:
    outputs = shown(read(path))
    assert all(outputs)
    kinds = [kind for cell in outputs for kinds in cell for kind in kinds]
    assert "error" not in kinds
    assert "image/png" in kinds
    assert "stderr" not in [
        one.get("name") for cell in read(path).cells for one in cell.get("outputs", ())
    ]


@EACH
def test_what_is_committed_is_clean(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert path.stat().st_size < 600_000
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not any(cell.metadata for cell in notebook.cells)
    text = json.dumps([{**cell, "outputs": _texts(cell)} for cell in notebook.cells])
    assert not re.search(r"/(home|root|tmp|Users|usr|opt)/|0x[0-9a-f]{6,}", text)


def _texts(cell: nbformat.NotebookNode) -> list[object]:
    """Return the outputs of a cell without its pictures."""
    outputs = cell.get("outputs", ())
    return [
        {key: text for key, text in one.get("data", {}).items() if key != "image/png"}
        | {"text": one.get("text", "")}
        for one in outputs
    ]


@pytest.mark.notebook
@pytest.mark.filterwarnings("ignore")  # A kernel's own, not ours.
@EACH
def test_runs_from_a_fresh_kernel(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [str(TOP), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(one for one in before if one))
    notebook = read(path)
    for cell in notebook.cells:
        cell.pop("outputs", None)
        if cell.cell_type == "code":
            cell.outputs = []
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    assert shown(notebook) == shown(read(path))
