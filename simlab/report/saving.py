"""Saving figures: written aside and then renamed, so that a picture is whole or not there."""

from pathlib import Path
from typing import TYPE_CHECKING

from simlab.core import UserError
from simlab.study.files import written

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 120


def save(figure: "Figure", path: str | Path) -> None:
    """Write `figure` to `path` as a PNG; directories that are missing are made.

    Raises:
        UserError: it cannot be written there.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise UserError(f"{target}: cannot be written: {why}") from None
    with written(target) as aside:
        # No time and no version: the same figure is the same file.
        figure.savefig(aside, format="png", dpi=DPI, metadata={"Software": "simlab"})
