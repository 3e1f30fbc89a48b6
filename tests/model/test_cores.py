"""Cores, by hand: processor sharing and first in first out; speed and cores that change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.model.agenda import Agenda
from simlab.model.plan import Operation
from simlab.model.reference.queued_cores import QueuedCores
from simlab.model.reference.replica import AnyCores
from simlab.model.reference.requests import WHOLE, Attempt, Call, Frame, Request
from simlab.model.reference.shared_cores import SharedCores

DISCIPLINES: dict[str, type[SharedCores] | type[QueuedCores]] = {
    "ps": SharedCores,
    "fifo": QueuedCores,
}


class Bench:
    """Cores on an agenda of their own; `ends` remembers what ended when, by name."""

    def __init__(self, discipline: str, cores: float) -> None:
        self.agenda = Agenda()
        self.cores: AnyCores = DISCIPLINES[discipline](self.agenda, cores, self._end)
        self.ends: list[tuple[str, float]] = []
        self.attempts: dict[str, Attempt] = {}

    def ask(self, name: str, work: float) -> None:
        request = Request(name, 0, 0.0, None)
        call = Call(None, None, Operation("s", name, 0.0, 0.0), None, None, request, 0.0)  # type: ignore[arg-type]
        attempt = self.attempts.setdefault(name, Attempt(call, None, 0.0, 0))  # type: ignore[arg-type]
        self.cores.ask(Frame(attempt, (), None, WHOLE, None), work)  # type: ignore[arg-type]

    def _end(self, frame: Frame) -> None:
        self.ends.append((frame.attempt.request.source, self.agenda.now))

    def until(self, time: float) -> None:
        self.agenda.advance(time)

    def play(self, *pieces: tuple[float, str, float]) -> list[tuple[str, float]]:
        """Have each of `pieces` (when, name, work) ask, and return what ended when."""
        for when, name, work in pieces:
            self.until(when)
            self.ask(name, work)
        self.until(1000.0)
        return self.ends


@pytest.mark.parametrize(
    ("cores", "pieces", "expected"),
    [
        pytest.param(1, [(0, "a", 2)], [("a", 2)], id="alone at full speed"),
        pytest.param(4, [(0, "a", 2)], [("a", 2)], id="one piece uses one core"),
        pytest.param(0.5, [(0, "a", 2)], [("a", 4)], id="half a core"),
        pytest.param(1, [(0, "a", 1), (0, "b", 3)], [("a", 2), ("b", 4)], id="two share one"),
        pytest.param(1, [(0, "a", 2), (1, "b", 2)], [("a", 3), ("b", 4)], id="a later one"),
        pytest.param(2, [(0, "a", 2), (1, "b", 2)], [("a", 2), ("b", 3)], id="a core for each"),
        pytest.param(
            1.5,
            [(0, "a", 3), (0, "b", 6)],
            [("a", 4), ("b", 7)],
            id="two on one and a half: 0.75 each, then 1",
        ),
        pytest.param(
            2, [(0, "a", 2), (0, "b", 2), (0, "c", 4)], [("a", 3), ("b", 3), ("c", 5)], id="three"
        ),
        pytest.param(1, [(0, "a", 0)], [("a", 0)], id="no work takes no time"),
        pytest.param(1, [(0, "a", 2), (1, "b", 0)], [("b", 1), ("a", 2)], id="no work beside some"),
    ],
)
def test_ps_shares_among_all(
    cores: float, pieces: list[tuple[float, str, float]], expected: list[tuple[str, float]]
) -> None:
    assert Bench("ps", cores).play(*pieces) == expected


@pytest.mark.parametrize(
    ("cores", "pieces", "expected"),
    [
        pytest.param(1, [(0, "a", 2)], [("a", 2)], id="alone"),
        pytest.param(1, [(0, "a", 2), (1, "b", 1)], [("a", 2), ("b", 3)], id="in order of asking"),
        pytest.param(2, [(0, "a", 3), (0, "b", 1), (0, "c", 1)], [("b", 1), ("c", 2), ("a", 3)]),
        pytest.param(0.5, [(0, "a", 1), (0, "b", 1)], [("a", 2), ("b", 4)], id="half a core"),
        pytest.param(
            1.5,
            [(0, "a", 3), (0, "b", 1.5), (0, "c", 1.5)],
            [("b", 2), ("a", 4), ("c", 4)],
            id="one and a half: two run, each at 0.75, also one alone",
        ),
        pytest.param(2.5, [(0, "a", 5)], [("a", 6)], id="ceil(2.5) = 3 run at 5/6"),
        pytest.param(1, [(0, "a", 0), (0, "b", 1)], [("a", 0), ("b", 1)], id="no work"),
    ],
)
def test_fifo_runs_as_many_as_cores_rounded_up(
    cores: float, pieces: list[tuple[float, str, float]], expected: list[tuple[str, float]]
) -> None:
    assert Bench("fifo", cores).play(*pieces) == [
        (name, pytest.approx(time, abs=1e-12)) for name, time in expected
    ]


def test_equal_tags_end_together_in_order_of_start() -> None:
    bench = Bench("ps", 1)
    bench.ask("b", 1.0)
    bench.ask("a", 1.0)
    bench.ask("c", 1.0)
    events = 0
    while bench.agenda.step_before(10.0):
        events += bench.ends != []
    assert bench.ends == [("b", 3.0), ("a", 3.0), ("c", 3.0)]
    assert events == 1


def test_attained_is_the_tag_exactly_when_a_piece_ends() -> None:
    """Three thirds of 0.1 do not sum to it; what is left of the next is exact none the less."""
    bench = Bench("ps", 1)
    assert bench.play((0, "a", 0.1), (0, "b", 0.1), (0, "c", 0.1 + 0.2)) == [
        ("a", 0.1 * 3),
        ("b", 0.1 * 3),
        ("c", 0.1 * 3 + ((0.1 + 0.2) - 0.1)),
    ]


def test_attained_was_rounded_before_it_was_set_to_the_tag() -> None:
    """Seven share: 0.7 takes 0.7 / (1 / 7), and that times 1 / 7 is not 0.7. What is left is."""
    due = 0.7 / (1 / 7)
    assert due * (1 / 7) != 0.7
    bench = Bench("ps", 1)
    for n in range(6):
        bench.ask(str(n), 0.7)
    bench.ask("last", 1.4)
    bench.until(due + 1e-9)
    assert len(bench.ends) == 6
    assert bench.cores._attained == 0.7  # type: ignore[union-attr]


def test_idle_attained_service_begins_again_at_0() -> None:
    bench = Bench("ps", 1)
    bench.play((0, "a", 0.1), (1, "b", 0.1), (2, "c", 0.3))
    assert bench.ends == [("a", 0.1), ("b", 1.1), ("c", 2.3)]


@pytest.mark.parametrize("discipline", ["ps", "fifo"])
@pytest.mark.parametrize(
    ("changes", "end", "busy"),
    [
        pytest.param([(1, "speed", 0.5)], 7.0, 7.0, id="half the speed from 1 s on"),
        pytest.param([(1, "speed", 0.5), (3, "speed", 1.0)], 5.0, 5.0, id="for 2 s"),
        pytest.param([(1, "pause", 0), (4, "go", 0)], 7.0, 4.0, id="paused for 3 s"),
        pytest.param([(1, "cores", 0.5)], 7.0, 4.0, id="half a core from 1 s on"),
        pytest.param([(1, "cores", 4.0)], 4.0, 4.0, id="one piece has no use for more cores"),
        pytest.param([(1, "pause", 0), (2, "cores", 0.5), (4, "go", 0)], 10.0, 4.0, id="both"),
    ],
)
def test_changes_take_effect_on_the_work_left(
    discipline: str, changes: list[tuple[float, str, float]], end: float, busy: float
) -> None:
    """Of a piece of 4 s on one core; a slow core is busy all the same, a paused one is not."""
    bench = Bench(discipline, 1)
    bench.ask("a", 4.0)
    for time, what, value in changes:
        bench.until(time)
        match what:
            case "speed":
                bench.cores.set_speed(value, standing=False)
            case "pause":
                bench.cores.set_speed(1.0, standing=True)
            case "go":
                bench.cores.set_speed(1.0, standing=False)
            case _:
                bench.cores.set_cores(value)
    bench.until(100.0)
    assert bench.ends == [("a", end)]
    assert bench.cores.cpu_seconds(100.0) == busy


def test_fifo_preempts_nobody_when_cores_become_fewer() -> None:
    """Two run on two cores; on one core both go on, at cores / c = 1 each: busy is 2 of 1."""
    bench = Bench("fifo", 2)
    for name in ("a", "b", "c"):
        bench.ask(name, 2.0)
    bench.until(1.0)
    bench.cores.set_cores(1.0)
    assert bench.cores.busy == 2.0
    bench.until(10.0)
    assert bench.ends == [("a", 2.0), ("b", 2.0), ("c", 4.0)]


def test_fifo_starts_those_who_wait_when_cores_become_more() -> None:
    bench = Bench("fifo", 1)
    for name in ("a", "b", "c"):
        bench.ask(name, 2.0)
    bench.until(1.0)
    bench.cores.set_cores(3.0)
    bench.until(10.0)
    assert bench.ends == [("a", 2.0), ("b", 3.0), ("c", 3.0)]


def test_work_that_comes_while_it_stands_begins_when_it_goes() -> None:
    for discipline in ("ps", "fifo"):
        bench = Bench(discipline, 1)
        bench.cores.set_speed(1.0, standing=True)
        bench.until(1.0)
        bench.ask("a", 2.0)
        bench.until(5.0)
        bench.cores.set_speed(1.0, standing=False)
        bench.until(100.0)
        assert bench.ends == [("a", 7.0)]


def test_to_observe_changes_nothing() -> None:
    quiet, watched = Bench("ps", 1), Bench("ps", 1)
    for bench in (quiet, watched):
        bench.ask("a", 0.7)
        bench.ask("b", 1.1)
    for k in range(1, 40):
        watched.until(k * 0.03)
        watched.cores.cpu_seconds(watched.agenda.now)
        watched.cores.under_way()
    quiet.until(9.0)
    watched.until(9.0)
    assert quiet.ends == watched.ends
    assert quiet.cores.area == watched.cores.area


@pytest.mark.parametrize(
    ("discipline", "ends", "dropped"),
    [("ps", [("b", 5.0)], 4.0 - 1.0), ("fifo", [("b", 6.0)], 4.0 - 2.0)],
)
def test_forgotten_work_makes_room(
    discipline: str, ends: list[tuple[str, float]], dropped: float
) -> None:
    """Two pieces of 4 s on one core; the first is thrown away at 2 s."""
    bench = Bench(discipline, 1)
    bench.ask("a", 4.0)
    bench.ask("b", 4.0)
    bench.until(2.0)
    bench.cores.forget(bench.attempts["a"])
    assert bench.cores.dropped == dropped
    bench.until(100.0)
    assert bench.ends == ends
    assert bench.cores.done == 8.0 - dropped


def test_forgotten_work_that_waits_was_not_begun() -> None:
    bench = Bench("fifo", 1)
    bench.ask("a", 4.0)
    bench.ask("b", 4.0)
    bench.until(2.0)
    bench.cores.forget(bench.attempts["b"])
    assert (bench.cores.done, bench.cores.dropped, len(bench.cores)) == (0.0, 4.0, 1)
    bench.until(9.0)
    assert bench.ends == [("a", 4.0)]


@pytest.mark.parametrize("discipline", ["ps", "fifo"])
def test_all_work_can_be_forgotten(discipline: str) -> None:
    bench = Bench(discipline, 1)
    bench.ask("a", 4.0)
    bench.ask("b", 4.0)
    bench.until(2.0)
    bench.cores.forget_all()
    assert (bench.cores.done, bench.cores.dropped, len(bench.cores)) == (2.0, 6.0, 0)
    bench.until(9.0)
    assert bench.ends == []
    assert bench.cores.cpu_seconds(9.0) == 2.0
    bench.ask("a", 1.0)
    bench.until(99.0)
    assert bench.ends == [("a", 10.0)]


acts = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from([0.0, 0.25, 0.3, 1.0, 2.0])),
    st.tuples(st.just("speed"), st.sampled_from([0.1, 0.5, 1.0])),
    st.tuples(st.just("pause"), st.booleans()),
    st.tuples(st.just("cores"), st.sampled_from([0.5, 1.0, 1.5, 2.0, 4.0])),
    st.tuples(st.just("forget"), st.integers(0, 5)),
)


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(["ps", "fifo"]),
    st.lists(st.tuples(st.floats(0, 1), acts), min_size=1, max_size=15),
)
def test_no_work_is_lost_or_made(
    discipline: str, story: list[tuple[float, tuple[str, float]]]
) -> None:
    bench, time, speed = Bench(discipline, 1.0), 0.0, 1.0
    for number, (gap, (what, value)) in enumerate(story):
        time += gap
        bench.until(time)
        match what:
            case "ask":
                bench.ask(str(number), value)
            case "speed":
                speed = value
                bench.cores.set_speed(speed, standing=False)
            case "pause":
                bench.cores.set_speed(speed, standing=bool(value))
            case "cores":
                bench.cores.set_cores(value)
            case _:
                for name in list(bench.attempts)[int(value) : int(value) + 1]:
                    bench.cores.forget(bench.attempts[name])
        cores = bench.cores
        assert cores.drawn == pytest.approx(cores.done + cores.under_way() + cores.dropped)
    bench.cores.set_speed(1.0, standing=False)
    bench.until(time + 1000.0)
    assert len(bench.cores) == 0
    assert bench.cores.drawn == pytest.approx(bench.cores.done + bench.cores.dropped)
