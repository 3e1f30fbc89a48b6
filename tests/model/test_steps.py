"""Steps, one after another and within one another: what each does, how it fails, what then."""

import pytest

from simlab.core import Outcome
from tests.model.scenes import Arrivals, begin, counts, ends, outcomes, play, sent, took

FAILS = "{errors: 100%, steps: []}"


def scene(shape: str, get: str, *, others: str = "", more: str = "") -> str:
    """Return users who ask web, which may call `bad` (fails at once), `good`, `slow` (2 s)."""
    return f"""
        services:
          web: {{operations: {{get: {get}}}}}
          bad: {{operations: {{get: {FAILS}, late: {{errors: 100%, steps: [{{wait: 1s}}]}}}}}}
          good: {{operations: {{get: []}}}}
          slow: {{operations: {{get: [{{wait: 2s}}]}}}}
          meek: {{operations: {{get: [{{call: bad.get, optional: true}}]}}}}
          {others}
        load: {{users: {{to: web.get, shape: {shape}}}}}
        {more}
    """


BAD, GOOD, SLOW, MEEK = "call: bad.get", "call: good.get", "call: slow.get", "call: meek.get"


@pytest.mark.parametrize(
    ("get", "end", "outcome"),
    [
        pytest.param("[]", 0.0, "ok", id="no step takes no time"),
        pytest.param("1s", 1.0, "ok", id="an amount is one cpu step"),
        pytest.param("[{cpu: 1s}, {wait: 2s}]", 3.0, "ok", id="in order"),
        pytest.param(f"[{{{SLOW}}}, {{{SLOW}}}]", 4.0, "ok", id="calls one after another"),
        pytest.param(f"[{{{BAD}}}, {{wait: 1s}}]", 0.0, "dependency", id="a failed call fails it"),
        pytest.param(f"[{{{MEEK}}}, {{wait: 1s}}]", 1.0, "degraded", id="degraded degrades"),
        # Optional.
        pytest.param(
            f"[{{{BAD}, optional: true}}, {{wait: 1s}}]", 1.0, "degraded", id="optional goes on"
        ),
        pytest.param(
            f"[{{{GOOD}, optional: true}}, {{wait: 1s}}]", 1.0, "ok", id="optional that succeeds"
        ),
        pytest.param(
            f"[{{{BAD}, optional: true, chance: 0%}}]", 0.0, "ok", id="a skip degrades nothing"
        ),
        # Else.
        pytest.param(
            f"[{{{BAD}, else: [{{wait: 1s}}]}}, {{wait: 2s}}]", 3.0, "ok", id="else after failure"
        ),
        pytest.param(
            f"[{{{GOOD}, else: [{{wait: 1s}}]}}, {{wait: 2s}}]", 2.0, "ok", id="no else after ok"
        ),
        pytest.param(
            f"[{{{MEEK}, else: [{{wait: 1s}}]}}]", 0.0, "degraded", id="no else after degraded"
        ),
        pytest.param(
            f"[{{{GOOD}, chance: 0%, else: [{{wait: 1s}}]}}]", 1.0, "ok", id="else after a skip"
        ),
        pytest.param(
            f"[{{{GOOD}, chance: 0%}}, {{wait: 2s}}]", 2.0, "ok", id="a skip without else"
        ),
        pytest.param(
            f"[{{{BAD}, else: [{{wait: 1s}}, {{{BAD}}}]}}]", 1.0, "dependency", id="else may fail"
        ),
        pytest.param(
            f"[{{{BAD}, else: [{{{BAD}}}], optional: true}}, {{wait: 1s}}]",
            1.0,
            "degraded",
            id="optional holds for else, too",
        ),
        pytest.param(
            f"[{{{BAD}, else: [{{wait: 1s}}], optional: true}}]",
            1.0,
            "ok",
            id="a step with a good else counts as done",
        ),
        pytest.param(
            f"[{{{BAD}, else: [{{{BAD}, else: [{{wait: 1s}}]}}, {{wait: 2s}}]}}]",
            3.0,
            "ok",
            id="else within else",
        ),
        pytest.param(
            f"[{{{BAD}, else: [{{{BAD}, optional: true}}, {{wait: 1s}}]}}]",
            1.0,
            "degraded",
            id="optional within else degrades",
        ),
        # Groups.
        pytest.param("[{do: [{wait: 1s}, {cpu: 2s}]}]", 3.0, "ok", id="a group"),
        pytest.param("[{times: 3, do: [{wait: 1s}]}]", 3.0, "ok", id="times"),
        pytest.param("[{times: 0, do: [{wait: 1s}]}, {wait: 2s}]", 2.0, "ok", id="no times"),
        pytest.param("[{times: 9, do: []}]", 0.0, "ok", id="an empty group"),
        pytest.param(
            "[{times: 2, do: [{times: 3, do: [{wait: 1s}]}, {cpu: 1s}]}]", 8.0, "ok", id="nested"
        ),
        pytest.param(
            f"[{{times: 3, do: [{{wait: 1s}}, {{{BAD}}}]}}]", 1.0, "dependency", id="fails at once"
        ),
        pytest.param(
            f"[{{times: 3, do: [{{wait: 1s}}, {{{BAD}}}], else: [{{wait: 4s}}]}}]",
            5.0,
            "ok",
            id="else of a group, once",
        ),
        pytest.param(
            f"[{{times: 3, do: [{{wait: 1s}}, {{{BAD}}}], optional: true}}, {{wait: 4s}}]",
            5.0,
            "degraded",
            id="an optional group",
        ),
        pytest.param(
            f"[{{times: 3, do: [{{wait: 1s}}, {{{BAD}, optional: true}}]}}]",
            3.0,
            "degraded",
            id="optional within a group",
        ),
        # Parallel.
        pytest.param(
            "[{parallel: [[{wait: 1s}], [{wait: 3s}], [{wait: 2s}]]}]", 3.0, "ok", id="all"
        ),
        pytest.param("[{parallel: [[], [{wait: 1s}]]}]", 1.0, "ok", id="an empty branch is done"),
        pytest.param(
            f"[{{parallel: [{{{SLOW}}}, [{{wait: 1s}}, {{{SLOW}}}]]}}]", 3.0, "ok", id="calls"
        ),
        pytest.param(
            "[{parallel: [[{wait: 3s}], {call: bad.late}]}]", 1.0, "dependency", id="fails fast"
        ),
        pytest.param(
            "[{parallel: [[{wait: 3s}], {call: bad.late}], else: [{wait: 1s}]}]",
            2.0,
            "ok",
            id="else of a parallel step, while the other goes on",
        ),
        pytest.param(
            "[{parallel: [[{wait: 3s}], {call: bad.late}], optional: true}]",
            1.0,
            "degraded",
            id="an optional parallel step",
        ),
        pytest.param(
            f"[{{parallel: [[{{wait: 3s}}], [{{{BAD}, optional: true}}]]}}]",
            3.0,
            "degraded",
            id="optional within a branch",
        ),
        pytest.param(
            f"[{{parallel: [[{{wait: 3s}}], [{{{BAD}, else: [{{wait: 4s}}]}}]]}}]",
            4.0,
            "ok",
            id="else within a branch",
        ),
        pytest.param(
            f"[{{parallel: [[{{wait: 1s}}], [{{do: [{{{MEEK}}}]}}]]}}]",
            1.0,
            "degraded",
            id="a degraded branch",
        ),
        pytest.param(
            "[{times: 2, do: [{parallel: [[{wait: 1s}], [{wait: 2s}]]}]}]", 4.0, "ok", id="repeated"
        ),
    ],
)
def test_an_operation_of_these_steps(at: Arrivals, get: str, end: float, outcome: str) -> None:
    assert ends(play(scene(at(0), get))) == [(end, outcome)]


# Amounts.


def test_amounts_per_carried_number(at: Arrivals) -> None:
    """0.5 s and 0.25 s for each line, 1 s for each page."""
    get = "[{cpu: {base: 500ms, per: {lines: 250ms, pages: 1s}}}, {wait: {base: 0s, per: {pages: 1s}}}]"
    shape = at(0, 10, lines=(4.0, 0.5), pages=(2.0, 0.0))
    more = "carries: {lines: 3, pages: 1}"
    assert took(play(scene(shape, get, more=more))) == [5.5, 0.625]


def test_carried_numbers_have_a_default(at: Arrivals) -> None:
    get = "[{wait: {base: 1s, per: {lines: 2s}}}]"
    assert took(play(scene(at(0), get, more="carries: {lines: 3}"))) == [7.0]


def test_each_per_amount_is_one_draw_times_the_number(at: Arrivals) -> None:
    """Not as many draws as the number says: latencies are multiples of one another."""
    get = "[{wait: {base: 0s, per: {lines: {dist: exponential, mean: 1s}}}}]"
    first = took(play(scene(at(0, 20, lines=(1.0, 1.0)), get, more="carries: {lines: 1}")))
    second = took(play(scene(at(0, 20, lines=(3.0, 5.0)), get, more="carries: {lines: 1}")))
    assert second == pytest.approx([3 * first[0], 5 * first[1]], abs=1e-8)
    assert first[0] != first[1]


def test_base_and_per_are_drawn_apart(at: Arrivals) -> None:
    law = "{dist: exponential, mean: 1s}"
    get = f"[{{wait: {{base: {law}, per: {{a: {law}, b: {law}}}}}}}]"
    drawn = []
    for a, b in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)):
        shape = at(0, a=(a,), b=(b,))
        (latency,) = took(play(scene(shape, get, more="carries: {a: 1, b: 1}")))
        drawn.append(latency)
    base, with_a, with_b = drawn
    assert len({base, round(with_a - base, 6), round(with_b - base, 6)}) == 3


@pytest.mark.parametrize(
    ("lines", "rounds"),
    [(0.0, 0), (0.9, 0), (1.0, 1), (2.9, 2), (5.0, 5)],
)
def test_times_by_a_carried_name_counts_its_floor(at: Arrivals, lines: float, rounds: int) -> None:
    get = "[{times: lines, do: [{wait: 1s}]}]"
    text = scene(at(0, lines=(lines,)), get, more="carries: {lines: 3}")
    assert took(play(text)) == [float(rounds)]


def test_carried_numbers_travel_with_calls(at: Arrivals) -> None:
    others = "deep: {operations: {get: [{times: lines, do: [{wait: 1s}]}]}}"
    text = scene(
        at(0, lines=(4.0,)), "[{call: deep.get}]", others=others, more="carries: {lines: 1}"
    )
    assert took(play(text)) == [4.0]


# Chance.


def test_chance_is_a_share_of_times() -> None:
    text = """
        duration: 1000s
        services: {web: {operations: {get: [{wait: 1s, chance: 30%, else: [{wait: 2s}]}]}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 2/s}}}
    """
    latencies = took(play(text))
    assert latencies.count(1.0) / len(latencies) == pytest.approx(0.3, abs=0.04)
    assert latencies.count(1.0) + latencies.count(2.0) == len(latencies)


def test_every_place_has_luck_of_its_own() -> None:
    """Rounds, branches, steps, else and tries: nine draws of one law, all different."""
    law = "{dist: exponential, mean: 1s}"
    text = f"""
        services:
          web:
            operations:
              get:
                - {{times: 2, do: [{{call: db.get}}]}}
                - parallel: [{{call: db.get}}, {{call: db.get}}]
                - call: db.get
                - {{call: db.get, optional: true, else: [{{call: db.get}}]}}
                - {{call: db.bad, optional: true, else: [{{call: db.get}}]}}
          db:
            operations:
              get: [{{wait: {law}}}]
              bad: {{errors: 100%, steps: [{{wait: {law}}}]}}
        links: {{web->db: {{retry: {{kind: backoff, base: 1ms, attempts: 2}}}}}}
        load: {{users: {{to: web.get, arrivals: even, shape: {{kind: constant, rate: 0.012/s}}}}}}
        telemetry: {{traces: 100%}}
    """
    record = play(text)
    spans = [round(one.end - one.start, 9) for one in record.spans if one.service == "db"]
    assert len(spans) == len(set(spans)) == 9


def test_retries_draw_their_work_anew_and_others_do_not_notice(at: Arrivals) -> None:
    """What comes after a retried call is drawn where it is, not after what was drawn before."""
    law = "{dist: exponential, mean: 1s}"
    waits = []
    for retry in ("", "retry: {kind: backoff, base: 0s, attempts: 3}"):
        text = f"""
            services:
              web: {{operations: {{get: [{{call: bad.get, optional: true}}, {{wait: {law}}}]}}}}
              bad: {{operations: {{get: {FAILS}}}}}
            links: {{web->bad: {{{retry}}}}}
            load: {{users: {{to: web.get, shape: {at(0)}}}}}
        """
        waits += took(play(text))
    assert waits[0] == waits[1] > 0.0


# Branches that go on unheard.


def test_unheard_branches_go_on_and_use_cores(at: Arrivals) -> None:
    """The reply leaves at 1 s, the slot is free then; the other branch works until 4 s."""
    get = "[{parallel: [[{cpu: 4s}], {call: bad.late}]}]"
    world = begin(scene(at(0), get))
    world.advance(1.5)
    (replica,) = world.services["web"].replicas
    assert (replica.in_flight, len(replica.unheard), replica.empty) == (0, 1, False)
    world.advance(4.5)
    assert replica.empty
    record = world.finish()
    assert ends(record) == [(1.0, "dependency")]
    assert record.services["web"].busy == 4.0


def test_an_unheard_branch_degrades_nothing(at: Arrivals) -> None:
    """The step is done by its else at 1 s, goes on until 4 s; a branch degrades at 2 s, unheard."""
    get = (
        "[{parallel: [[{call: slow.get}, {call: meek.get}], {call: bad.late}], else: [{wait: 3s}]}]"
    )
    assert ends(play(scene(at(0), get))) == [(4.0, "ok")]


def test_an_unheard_optional_failure_degrades_nothing(at: Arrivals) -> None:
    get = (
        "[{parallel: [[{call: slow.get}, {call: bad.get, optional: true}], {call: bad.late}],"
        " else: [{wait: 3s}]}]"
    )
    assert ends(play(scene(at(0), get))) == [(4.0, "ok")]


def test_a_second_failure_is_unheard(at: Arrivals) -> None:
    get = (
        "[{parallel: [{call: bad.late}, [{wait: 2s}, {call: bad.get}], [{wait: 3s}]],"
        " else: [{wait: 4s}]}]"
    )
    world = begin(scene(at(0), get))
    world.advance(4.0)
    (replica,) = world.services["web"].replicas
    (attempt,) = replica.inside
    assert attempt.unheard == 0
    assert ends(world.finish()) == [(5.0, "ok")]


def test_parallel_within_an_unheard_branch_is_unheard_too(at: Arrivals) -> None:
    """The inner step of the unheard branch fails in turn, with a branch of its own still out."""
    get = (
        "[{parallel: [{call: bad.late},"
        " [{wait: 2s}, {parallel: [[{wait: 2s}], {call: bad.late}], else: [{wait: 1s}]}]]}]"
    )
    world = begin(scene(at(0), get))
    world.advance(3.5)
    (replica,) = world.services["web"].replicas
    (attempt,) = replica.unheard
    assert attempt.unheard == 2
    world.advance(4.25)
    assert replica.empty
    assert ends(world.finish()) == [(1.0, "dependency")]


def test_a_drain_waits_for_unheard_branches(at: Arrivals) -> None:
    text = f"""
        services:
          web: {{linger: 0s, operations: {{get: [{{parallel: [[{{wait: 9s}}], {{call: bad.get}}]}}]}}}}
          bad: {{operations: {{get: {FAILS}}}}}
        load: {{users: {{to: web.get, shape: {at(0)}}}}}
        strategies: {{s: {{loops: {{l: {{kind: script, steps: [{{at: 1s, scale: {{web: 0}}}}]}}}}}}}}
    """
    world = begin(text, "s")
    world.advance(8.5)
    assert len(world.services["web"].replicas) == 1
    world.advance(9.5)
    assert world.services["web"].replicas == []


def test_a_crash_ends_the_calls_of_unheard_branches(at: Arrivals) -> None:
    get = "[{parallel: [{call: slow.get}, {call: bad.get}]}]"
    more = """
        links: {web->slow: {cancel: all}}
        faults: {f: {kind: crash, target: web, at: 1s}}
    """
    record = play(scene(at(0), get, more=more))
    assert ends(record) == [(0.0, "dependency")]
    assert sent(record, "web->slow") == {"cancelled": 1}
    assert counts(record, "slow") == {"cancelled": 1}


def test_a_crash_ends_the_steps_of_unheard_branches(at: Arrivals) -> None:
    get = "[{parallel: [[{wait: 4s}, {cpu: 4s}], {call: bad.get}]}]"
    more = "faults: {f: {kind: crash, target: web, at: 1s}}"
    record = play(scene(at(0), get, more=more))
    assert record.services["web"].busy == 0.0
    assert counts(record, "web") == {"dependency": 1}


def test_cancel_all_ends_unheard_branches_of_a_running_operation(at: Arrivals) -> None:
    """The step is done by its else, and waits; at 2 s the caller gives up: all stops."""
    get = "[{parallel: [[{cpu: 9s}], {call: bad.get}], else: [{wait: 60s}]}]"
    more = "links: {users->web: {timeout: 2s, cancel: all}}"
    record = play(scene(at(0), get, more=more))
    assert record.services["web"].busy == 2.0
    assert counts(record, "web") == {"cancelled": 1}


def test_calls_start_in_order_of_branches(at: Arrivals) -> None:
    """One slot, no line: the first branch has it."""
    text = f"""
        services:
          web:
            operations:
              get: [{{parallel: [{{call: one.a, optional: true}}, {{call: one.b, optional: true}}]}}]
          one: {{slots: 1, line: 0, operations: {{a: [{{wait: 1s}}], b: [{{wait: 1s}}]}}}}
        load: {{users: {{to: web.get, shape: {at(0)}}}}}
        telemetry: {{traces: 100%}}
    """
    record = play(text)
    assert outcomes(record) == ["degraded"]
    spans = {one.operation: one.outcome for one in record.spans if one.service == "one"}
    assert spans == {"a": "ok", "b": "overloaded"}


def test_work_is_drawn_when_the_step_begins_and_counted_by_arrival(at: Arrivals) -> None:
    """An attempt that arrives at 14 s and works at 16 s counts in the first 15 s."""
    record = play(scene(at(14), "[{wait: 2s}, {cpu: 3s}]"))
    assert record.services["web"].drawn[:3] == [3.0, 0.0, 0.0]
    assert record.services["web"].outcomes[Outcome.OK] == 1
