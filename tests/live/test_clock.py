"""Clocks: the fake one jumps when everybody waits, the real one is late but never early."""

import asyncio

import pytest

from simlab.live.clock import Clock, FakeClock, RealClock


def test_a_fake_clock_jumps_to_the_earliest_time_and_keeps_the_order_of_equals() -> None:
    log: list[tuple[float, str]] = []

    async def sleeper(clock: Clock, due: float, name: str) -> None:
        await clock.sleep_until(due)
        log.append((clock.now(), name))

    async def main(clock: FakeClock) -> None:
        async with asyncio.TaskGroup() as group:
            for due, name in [(20.0, "d"), (10.0, "b"), (10.0, "c"), (0.0, "a")]:
                group.create_task(sleeper(clock, due, name))

    clock = FakeClock()
    clock.run(main(clock))
    assert log == [(0.0, "a"), (10.0, "b"), (10.0, "c"), (20.0, "d")]


def test_time_stands_still_while_anybody_works() -> None:
    log: list[float] = []

    async def busy(clock: FakeClock) -> None:
        for _ in range(100):  # A long chain of turns, none of which waits for a time.
            await asyncio.sleep(0)
            log.append(clock.now())

    async def main(clock: FakeClock) -> None:
        await asyncio.gather(busy(clock), clock.sleep_until(5.0))

    clock = FakeClock()
    clock.run(main(clock))
    assert log == [0.0] * 100
    assert clock.now() == 5.0


def test_who_is_cancelled_is_waited_for_no_more() -> None:
    async def main(clock: FakeClock) -> float:
        task = asyncio.create_task(clock.sleep_until(5.0))
        await asyncio.sleep(0)
        task.cancel()
        await clock.sleep_until(9.0)
        return clock.now()

    clock = FakeClock()
    assert clock.run(main(clock)) == 9.0


def test_work_takes_time_and_a_time_that_is_over_is_not_waited_for() -> None:
    async def main(clock: FakeClock) -> float:
        clock.work(3.0)
        await clock.sleep_until(2.0)
        return clock.now()

    clock = FakeClock()
    assert clock.run(main(clock)) == 3.0


@pytest.mark.parametrize("wait", [0.0, 0.02])
def test_the_real_clock_is_never_early(wait: float) -> None:
    clock = RealClock()
    assert clock.now() >= 0.0
    due = clock.now() + wait
    asyncio.run(clock.sleep_until(due))
    assert clock.now() >= due
    clock.begin()
    assert clock.now() < due + 60.0
