"""The reference: current, and without a hole."""

from collections import Counter
from pathlib import Path

from simlab.core import Settings
from simlab.scenario.asking import ExperimentFile
from simlab.scenario.documents import ScenarioDocument, StrategyDocument, StrategyFile
from simlab.scenario.hints import fields_of, settings_in
from simlab.scenario.reference import reference
from simlab.scenario.sections import sections

PAGE = Path(__file__).parents[2] / "docs" / "reference.md"


def classes() -> list[type[Settings]]:
    """Return every class that files can name."""
    found: list[type[Settings]] = [ScenarioDocument, StrategyFile, ExperimentFile]
    for cls in found:
        for field in fields_of(cls).values():
            found += [one for one in settings_in(field.hint) if one not in found]
    return found


def test_it_is_current() -> None:
    command = "python -m simlab.scenario.reference > docs/reference.md"
    assert PAGE.read_text(encoding="utf-8") == reference(), f"to renew it: {command}"


def test_every_class_of_the_language_stands_in_one_section() -> None:
    listed = Counter(cls for section in sections().values() for cls in section)
    assert set(classes()) - {StrategyDocument} == set(listed)
    assert set(listed.values()) == {1}


def test_every_field_has_a_row() -> None:
    text = reference()
    for cls in classes():
        for key, field in fields_of(cls).items():
            if key not in ("kind", "dist"):
                assert f"| `{key}` |" in text, f"{cls.__name__}.{field.name}"


def test_tables_say_what_is_taken_and_what_is_by_default() -> None:
    text = reference()
    assert "| `discipline` | `ps` or `fifo` | `ps` |" in text
    assert "| `warmup` | duration or none, or `auto` | `0s` |" in text
    assert "| `slots` | limit | `unlimited` | Requests that a replica works on at once. |" in text
    assert "| `timeout` | duration or none | `none` |" in text
    assert "| `boot` | [distribution](#distributions) | `0s` |" in text
    assert "| `duration` | duration |  |" in text
    assert "### `dist: gamma`" in text
    assert "### `cpu:`" in text
    assert "Also written as `quantity`." in text


def test_no_row_breaks_its_table() -> None:
    for line in reference().splitlines():
        if line.startswith("| `"):
            assert line.count(" | ") in (1, 3), line
            assert "``" not in line
