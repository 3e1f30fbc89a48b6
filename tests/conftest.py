"""What all tests share: the option that blesses golden files."""

import signal

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what runs give now into tests/golden, instead of comparing",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Say whether golden files are to be written."""
    return bool(request.config.getoption("--update-golden"))


def pytest_configure() -> None:
    """Let Ctrl-C reach the tests: a shell has jobs in the background ignore it, and all they start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
