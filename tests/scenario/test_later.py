"""Words that are to come are refused by name; and none of them is there already."""

from collections.abc import Iterator

import pytest

from simlab.controllers import BalancerSettings, LoopSettings
from simlab.core import DistributionSettings, Settings
from simlab.faults import FaultSettings
from simlab.load import ShapeSettings
from simlab.model.settings.steps import StepSettings
from simlab.scenario import later
from simlab.scenario.asking import ExperimentFile
from simlab.scenario.documents import ScenarioDocument, StrategyFile
from simlab.scenario.hints import Choice, OneOf, fields_of, hint_of, settings_in

DOCUMENTS = (ScenarioDocument, StrategyFile, ExperimentFile)


def classes() -> list[type[Settings]]:
    """Return every class of the language."""
    found: list[type[Settings]] = [*DOCUMENTS]
    for cls in found:
        for field in fields_of(cls).values():
            found += [one for one in settings_in(field.hint) if one not in found]
    return found


def unions() -> Iterator[OneOf]:
    for root in (
        FaultSettings,
        LoopSettings,
        ShapeSettings,
        BalancerSettings,
        DistributionSettings,
    ):
        hint = hint_of(root)
        assert isinstance(hint, OneOf)
        yield hint


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_no_key_that_is_to_come_is_there(cls: type[Settings]) -> None:
    assert [key for key in fields_of(cls) if later.key(cls, key)] == []


def test_no_kind_that_is_to_come_is_there() -> None:
    assert [word for hint in unions() for word in hint.words if later.kind(hint, word)] == []
    steps = hint_of(StepSettings)
    assert isinstance(steps, OneOf)
    assert [word for word in steps.words if later.verb(word)] == []
    for (cls, key), words in later.WORDS.items():
        choice = fields_of(cls)[key].hint
        assert isinstance(choice, Choice)
        assert not set(choice.words) & set(words)


def test_every_class_and_family_that_is_listed_exists() -> None:
    bases = {base for cls in classes() for base in cls.__mro__}
    assert set(later.KEYS) <= bases
    families = {word for hint in unions() for word in hint.words}
    assert set(later.KINDS) <= families
    for cls, key in [*later.WORDS, *later.TABLES, *later.LISTS]:
        assert key in fields_of(cls)


def test_every_sentence_is_one() -> None:
    tables = [*later.KEYS.values(), *later.KINDS.values(), *later.WORDS.values(), later.VERBS]
    sentences = [one for table in tables for one in table.values()]
    for sentence in [*sentences, *later.TABLES.values(), *later.LISTS.values()]:
        assert len(sentence) > 5
        assert not sentence.endswith(".")


def test_kinds_to_come_are_of_their_family() -> None:
    shapes, loops = hint_of(ShapeSettings), hint_of(LoopSettings)
    assert isinstance(shapes, OneOf)
    assert isinstance(loops, OneOf)
    assert later.kind(shapes, "kpa") is None
    assert later.kind(loops, "kpa") == "not yet: Knative's autoscaler"
