"""Values of settings: a base, and overrides; the last one pushed holds."""

from simlab.faults import Override
from simlab.model.settings_stack import SettingStack

SLOTS, LINE = "services.web.slots", "services.web.line"


def rule(name: str, to: float, path: str = SLOTS) -> Override:
    return Override((name, 0), path, to)


def test_the_last_override_holds_then_the_one_below_then_the_base() -> None:
    stack, f, g = SettingStack(), rule("f", 6.0), rule("g", 7.0)
    stack.push(f, 4.0)
    stack.push(g, 4.0)
    assert stack.value(SLOTS) == 7.0
    stack.pop(g)
    assert stack.value(SLOTS) == 6.0
    stack.pop(f)
    assert stack.value(SLOTS) == 4.0


def test_one_below_another_is_popped_without_a_change() -> None:
    stack, f, g = SettingStack(), rule("f", 6.0), rule("g", 7.0)
    stack.push(f, 4.0)
    stack.push(g, 4.0)
    stack.pop(f)
    assert stack.value(SLOTS) == 7.0
    stack.pop(g)
    assert stack.value(SLOTS) == 4.0


def test_a_base_that_was_set_before_stays() -> None:
    stack, f = SettingStack(), rule("f", 6.0)
    stack.rebase(SLOTS, 9.0)
    stack.push(f, 4.0)
    stack.pop(f)
    assert stack.value(SLOTS) == 9.0


def test_paths_are_apart() -> None:
    stack, f, g = SettingStack(), rule("f", 6.0), rule("g", 7.0, LINE)
    stack.push(f, 4.0)
    stack.push(g, 5.0)
    assert (stack.value(SLOTS), stack.value(LINE)) == (6.0, 7.0)
    assert (stack.on(SLOTS), stack.on(LINE), stack.on("x")) == (True, True, False)
    stack.pop(f)
    assert (stack.on(SLOTS), stack.on(LINE)) == (False, True)
    assert (stack.knows(SLOTS), stack.knows("x")) == (True, False)
