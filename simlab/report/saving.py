"""Saving figures: written aside and then renamed, so that a picture is whole or not there."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from simlab.core import UserError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def save(figure: "Figure", path: str | Path) -> None:
    """Write `figure` to `path` as a PNG.

    Raises:
        UserError: it cannot be written there.
    """
    path = Path(path)
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # No time and no version: the same figure is the same file.
        figure.savefig(aside, format="png", dpi=120, metadata={"Software": "simlab"})
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise UserError(f"{path}: cannot be written: {error.strerror}") from None
