"""What tests of the model share."""

from pathlib import Path

import pytest

from tests.model.scenes import Arrivals


@pytest.fixture
def at(tmp_path: Path) -> Arrivals:
    """Return what writes down arrivals at given times."""
    return Arrivals(tmp_path)
