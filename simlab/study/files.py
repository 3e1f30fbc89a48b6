"""Files: written aside and then renamed, so that one is whole, or the one before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simlab.core import UserError


@contextmanager
def written(path: str | Path) -> Iterator[Path]:
    """Yield a path to write to; what is there in the end becomes the file at `path`.

    Raises:
        UserError: it cannot be written; nothing is left behind then.
    """
    target = Path(path)
    aside = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        yield aside
        with aside.open("rb") as stream:
            os.fsync(stream.fileno())
        aside.replace(target)
    except OSError as error:
        why = error.strerror or str(error)
        raise UserError(f"{target}: cannot be written: {why}") from None
    finally:
        aside.unlink(missing_ok=True)
