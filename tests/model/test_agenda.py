"""The agenda: one order of events, and what an event causes before the next one."""

from collections.abc import Generator
from copy import deepcopy

import pytest
import simpy

from simlab.model.agenda import Agenda, Count, Turn


class Diary:
    """Writes down what happens."""

    def __init__(self) -> None:
        self.agenda = Agenda()
        self.rows: list[tuple[float, str]] = []

    def note(self, word: str) -> None:
        self.rows.append((self.agenda.now, word))

    def cause(self, word: str) -> None:
        """Note, and cause two more notes at this instant, and one event."""
        self.note(word)
        self.agenda.soon.append((self.note, f"{word}.1"))
        self.agenda.soon.append((self.cause_one, f"{word}.2"))
        self.agenda.after(0.0, self.note, f"{word}.later")

    def cause_one(self, word: str) -> None:
        self.note(word)
        self.agenda.soon.append((self.note, f"{word}.1"))


def test_the_control_side_goes_first_in_its_turns_then_by_order_of_scheduling() -> None:
    diary = Diary()
    agenda = diary.agenda
    agenda.after(1.0, diary.note, "request 1")
    for turn in (Turn.CONTROL, Turn.SCRAPE, Turn.LOAD, Turn.FAULT, Turn.LIFE):
        agenda.at(1.0, turn, diary.note, f"{turn.name} 1")
        agenda.at(1.0, turn, diary.note, f"{turn.name} 2")
    agenda.request_at(1.0, diary.note, "request 2")
    agenda.after(0.5, diary.note, "earlier")
    agenda.advance(2.0)
    assert [word for _, word in diary.rows] == [
        "earlier",
        *(f"{turn.name} {n}" for turn in list(Turn)[:5] for n in (1, 2)),
        "request 1",
        "request 2",
    ]


def test_what_an_event_causes_comes_before_the_next_first_in_first_out() -> None:
    diary = Diary()
    diary.agenda.after(1.0, diary.cause, "a")
    diary.agenda.after(1.0, diary.cause, "b")
    diary.agenda.advance(2.0)
    assert [word for _, word in diary.rows] == [
        "a", "a.1", "a.2", "a.2.1", "b", "b.1", "b.2", "b.2.1", "a.later", "b.later",
    ]  # fmt: skip


def test_a_control_event_of_this_instant_comes_before_the_next_request_event() -> None:
    diary = Diary()
    diary.agenda.after(1.0, diary.note, "a")
    diary.agenda.after(1.0, diary.note, "b")
    diary.agenda.step()
    diary.agenda.at(1.0, Turn.LIFE, diary.note, "life")
    diary.agenda.advance(2.0)
    assert [word for _, word in diary.rows] == ["a", "life", "b"]


def test_advance_does_the_control_events_of_its_end_and_no_request_event_of_it() -> None:
    diary = Diary()
    agenda = diary.agenda
    agenda.after(1.0, diary.note, "request")
    agenda.at(1.0, Turn.CONTROL, diary.note, "control")
    agenda.advance(1.0)
    assert (diary.rows, agenda.now) == ([(1.0, "control")], 1.0)
    agenda.at(1.0, Turn.LIFE, diary.note, "life")
    agenda.advance(1.0)
    assert diary.rows[-1] == (1.0, "life")
    agenda.advance(1.5)
    assert (diary.rows[-1], agenda.now) == ((1.0, "request"), 1.5)
    agenda.advance(1.25)
    assert agenda.now == 1.5


def test_step_before_says_whether_there_was_one() -> None:
    diary = Diary()
    agenda = diary.agenda
    assert not agenda.step_before(9.0)
    agenda.after(1.0, diary.note, "request")
    assert not agenda.step_before(0.5)
    assert not agenda.step_before(1.0)
    agenda.at(1.0, Turn.LIFE, diary.note, "life")
    assert agenda.step_before(1.0)
    assert not agenda.step_before(1.0)
    assert agenda.step_before(1.5)
    assert [word for _, word in diary.rows] == ["life", "request"]


def test_what_is_called_off_does_not_happen() -> None:
    diary = Diary()
    due = diary.agenda.after(1.0, diary.note, "a")
    control = diary.agenda.at(1.0, Turn.LIFE, diary.note, "b")
    due.call_off()
    control.call_off()
    diary.agenda.advance(2.0)
    assert diary.rows == []


def test_settle_does_what_was_caused() -> None:
    diary = Diary()
    diary.agenda.soon.append((diary.cause_one, "a"))
    diary.agenda.settle()
    assert [word for _, word in diary.rows] == ["a", "a.1"]


def test_a_copy_goes_on_alike_and_apart() -> None:
    diary = Diary()
    diary.agenda.after(1.0, diary.cause, "a")
    twin = deepcopy(diary)
    diary.agenda.advance(2.0)
    assert twin.rows == []
    twin.agenda.advance(2.0)
    assert twin.rows == diary.rows
    assert twin.agenda is not diary.agenda


def test_somebodys_own_simpy_process_runs_beside_it() -> None:
    diary = Diary()

    def process(env: simpy.Environment) -> Generator[simpy.Event, None, None]:
        yield env.timeout(1.5)
        diary.note("process")

    diary.agenda.process(process(diary.agenda))
    diary.agenda.after(1.0, diary.note, "a")
    diary.agenda.after(2.0, diary.note, "b")
    diary.agenda.advance(3.0)
    assert diary.rows == [(1.0, "a"), (1.5, "process"), (2.0, "b")]


@pytest.mark.parametrize("n", [1, 5])
def test_a_count_counts_up_and_can_be_copied(n: int) -> None:
    count = Count()
    numbers = [next(count) for _ in range(n)]
    assert numbers == list(range(1, n + 1))
    assert next(deepcopy(count)) == next(count) == n + 1
