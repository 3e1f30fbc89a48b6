"""Notebooks: they run from a fresh kernel, and what is committed shows what they show."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

TOP = Path(__file__).parent.parent
NOTEBOOKS = sorted((TOP / "notebooks").glob("*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def test_there_are_notebooks() -> None:
    assert [path.name for path in NOTEBOOKS] == ["01-first-comparison.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_outputs_hold_no_error_and_are_there(path: Path) -> None:
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    kinds = [output.output_type for cell in cells for output in cell.outputs]
    assert "error" not in kinds
    assert all(cell.outputs for cell in cells)
    assert any("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs)
    assert path.stat().st_size < 600_000


@pytest.mark.notebook
@pytest.mark.filterwarnings("ignore")  # A kernel's own, not ours.
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_a_fresh_kernel(path: Path) -> None:
    notebook = read(path)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    kinds = [output.output_type for cell in notebook.cells for output in cell.get("outputs", ())]
    assert "error" not in kinds
