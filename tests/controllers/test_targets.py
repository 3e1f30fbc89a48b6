"""What the target of a loop that is one for several services means."""

import pytest

from simlab.controllers.targets import targeted


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        pytest.param("all", ("web", "cart", "stock"), id="all"),
        pytest.param("cart", ("cart",), id="one"),
        pytest.param("stock,web", ("web", "stock"), id="several, in the order of what is seen"),
        pytest.param("car", (), id="one that is not there"),
    ],
)
def test_means_services(target: str, meant: tuple[str, ...]) -> None:
    assert targeted(target, {"web": 1, "cart": 2, "stock": 3}) == meant
