"""Names, links, operations, selectors: what they may look like."""

import pytest

from simlab.scenario.names import fault_of


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("name", "a"),
        ("name", "web-2"),
        ("name", "a--b"),
        ("operation", "web.get"),
        ("link", "web->cart-2"),
        ("selector", "all"),
        ("selector", "web->all"),
        ("loop", "scaler"),
        ("loop", "scaler/web"),
        ("text", "What it is."),
        ("path", "links.web->cart.timeout"),
    ],
)
def test_takes(kind: str, text: str) -> None:
    assert fault_of(kind, text) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        pytest.param("name", "", id="nothing"),
        pytest.param("name", "Web", id="a capital"),
        pytest.param("name", "2a", id="a digit first"),
        pytest.param("name", "-a", id="a hyphen first"),
        pytest.param("name", "a-", id="a hyphen last"),
        pytest.param("name", "a_b", id="an underscore"),
        pytest.param("name", "a.b", id="a point"),
        pytest.param("name", "a\n", id="a line break"),
        pytest.param("name", "é", id="a letter with an accent"),
        pytest.param("name", "a" * 201, id="a very long name"),
        pytest.param("operation", "web", id="a service alone"),
        pytest.param("operation", "web.get.it", id="three parts"),
        pytest.param("link", "web", id="no arrow"),
        pytest.param("link", "a->b->c", id="two arrows"),
        pytest.param("link", "web -> cart", id="spaces"),
        pytest.param("selector", "web.get", id="an operation"),
        pytest.param("loop", "a/b/c", id="three levels"),
        pytest.param("text", "  ", id="blanks"),
    ],
)
def test_refuses(kind: str, text: str) -> None:
    fault = fault_of(kind, text)
    assert fault is not None
    assert "allowed is" in fault
