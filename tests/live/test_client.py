"""The client side of a link on a fake clock: breaker, limits, balancer, retries, as simulated."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from simlab.controllers import (
    BackoffSettings,
    LeastRequestSettings,
    Resilience4jSettings,
    TokenBucketSettings,
)
from simlab.core import Outcome, Purpose, Site, Tag, root
from simlab.live.client import LinkClient
from simlab.live.clock import FakeClock
from simlab.model.settings import CallSettings, Limits, LinkSettings

OK, ERROR, TIMEOUT = Outcome.OK, Outcome.ERROR, Outcome.TIMEOUT
BREAKER = Resilience4jSettings(
    slidingWindowSize=2,
    minimumNumberOfCalls=2,
    waitDurationInOpenState=5.0,
    permittedNumberOfCallsInHalfOpenState=1,
)
TWICE = BackoffSettings(attempts=3, base=1.0, factor=2.0, cap=10.0, jitter="none")
SITE = Site(root(1, 0, "links.a->b"))


@dataclass
class Callee:
    """Answers in turn as it is told; remembers who was asked, and when."""

    clock: FakeClock
    answers: list[tuple[Outcome, float]] = field(default_factory=list)
    asked: list[tuple[float, int]] = field(default_factory=list)
    cancelled: int = 0

    async def __call__(self, endpoint: int) -> tuple[Outcome, str | None]:
        self.asked.append((self.clock.now(), endpoint))
        outcome, took = self.answers.pop(0) if self.answers else (OK, 0.1)
        try:
            await self.clock.sleep_until(self.clock.now() + took)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return outcome, f"from {endpoint}"


def on(
    settings: LinkSettings,
    main: Callable[[LinkClient[str], Callee], Awaitable[Any]],
    *answers: tuple[Outcome, float],
    endpoints: int = 1,
) -> tuple[Any, LinkClient[str], Callee, list[str]]:
    """Run `main` with a client of a link that has so many endpoints, on a fake clock."""
    clock, moves = FakeClock(), list[str]()
    callee = Callee(clock, list(answers))

    async def run() -> tuple[Any, LinkClient[str]]:
        def moved(link: str, state: str) -> None:
            moves.append(state)

        client = LinkClient[str]("a->b", settings, clock=clock, site=SITE, moved=moved)
        for endpoint in range(endpoints):
            client.add(endpoint)
        return await main(client, callee), client

    found, client = clock.run(run())
    assert client.turns.in_flight == 0, "whatever was sent was given back"
    return found, client, callee, moves


def calls(times: int, pause: float = 0.0) -> Callable[[LinkClient[str], Callee], Awaitable[Any]]:
    async def main(client: LinkClient[str], callee: Callee) -> list[Outcome]:
        found = []
        for _ in range(times):
            found.append((await client.call("get", callee)).outcome)
            await callee.clock.sleep_until(callee.clock.now() + pause)
        return found

    return main


def together(times: int) -> Callable[[LinkClient[str], Callee], Awaitable[Any]]:
    async def main(client: LinkClient[str], callee: Callee) -> list[Outcome]:
        answers = await asyncio.gather(*(client.call("get", callee) for _ in range(times)))
        return [one.outcome for one in answers]

    return main


def test_an_attempt_that_takes_too_long_times_out_and_is_stopped() -> None:
    found, client, callee, _ = on(LinkSettings(timeout=2.0), calls(2), (OK, 5.0), (OK, 1.0))
    assert found == [TIMEOUT, OK]
    assert [at for at, _ in callee.asked] == [0.0, 2.0]
    assert callee.cancelled == 1
    assert client.counters.started == 2
    assert (client.counters.ended[TIMEOUT], client.counters.ended[OK]) == (1, 1)


def test_failures_are_tried_again_after_their_back_off() -> None:
    found, client, callee, _ = on(
        LinkSettings(retry=TWICE), calls(1), (ERROR, 0.5), (ERROR, 0.5), (OK, 0.5)
    )
    assert found == [OK]
    assert [at for at, _ in callee.asked] == [0.0, 1.5, 4.0]
    assert (client.counters.started, client.counters.retries) == (3, 2)


@pytest.mark.parametrize(
    ("settings", "tries"),
    [
        pytest.param(LinkSettings(), 1, id="without a retry once"),
        pytest.param(LinkSettings(retry=TWICE), 3, id="up to its attempts"),
        pytest.param(LinkSettings(retry=TWICE, deadline=1.4), 1, id="none that would begin after the deadline"),
        pytest.param(LinkSettings(retry=replace(TWICE, within=4.0)), 2, id="none that would begin too late"),
        pytest.param(LinkSettings(retry=replace(TWICE, on=("timeout",))), 1, id="not what is not named"),
        pytest.param(LinkSettings(retry=replace(TWICE, budget=TokenBucketSettings(per_call=0.0, room=1.0))), 2, id="as far as the budget goes"),
        pytest.param(LinkSettings(retry=TWICE, operations={"get": CallSettings()}), 1, id="an operation has its own"),
    ],
)  # fmt: skip
def test_how_often_it_is_tried(settings: LinkSettings, tries: int) -> None:
    _, _, callee, _ = on(settings, calls(1), *[(ERROR, 0.5)] * 5)
    assert len(callee.asked) == tries


def test_the_clients_own_fault_is_not_tried_again() -> None:
    found, _, callee, _ = on(LinkSettings(retry=TWICE), calls(1), (Outcome.INVALID, 0.1))
    assert (found, len(callee.asked)) == ([Outcome.INVALID], 1)


def test_a_breaker_refuses_and_probes_and_tells_its_moves() -> None:
    found, client, _, moves = on(
        LinkSettings(breaker=BREAKER), calls(6, pause=2.0), (ERROR, 0.0), (ERROR, 0.0)
    )
    # At 0 and 2 it fails, and opens; at 4 and 6 it is open; at 8 it probes, and closes.
    assert found == [ERROR, ERROR, Outcome.OPEN, Outcome.OPEN, OK, OK]
    assert moves == ["open", "half_open", "closed"]
    assert client.counters.started == 4
    assert client.breakers_open() == 0


def test_an_open_breaker_is_seen() -> None:
    _, client, _, _ = on(LinkSettings(breaker=BREAKER), calls(2), (ERROR, 0.0), (ERROR, 0.0))
    assert client.breakers_open() == 1


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        pytest.param(Limits(in_flight=1), {OK: 1, Outcome.LIMITED: 2}, id="no more at once than allowed"),
        pytest.param(Limits(per_endpoint=1), {OK: 1, Outcome.LIMITED: 2}, id="nor to one endpoint"),
        pytest.param(Limits(rate=2.0), {OK: 2, Outcome.LIMITED: 1}, id="no more a second"),
        pytest.param(Limits(in_flight=1, wait=1.0), {OK: 3}, id="who may wait gets a turn"),
        pytest.param(Limits(rate=2.0, wait=1.0), {OK: 3}, id="and a token"),
        pytest.param(Limits(in_flight=1, wait=0.15), {OK: 2, Outcome.LIMITED: 1}, id="in its patience"),
    ],
)  # fmt: skip
def test_limits(limits: Limits, expected: dict[Outcome, int]) -> None:
    found, _, _, _ = on(LinkSettings(limits=limits), together(3))
    assert {one: found.count(one) for one in set(found)} == expected


def test_who_waits_for_a_token_gets_it_when_it_is_there() -> None:
    _, _, callee, _ = on(LinkSettings(limits=Limits(rate=2.0, wait=5.0)), together(4))
    assert [at for at, _ in callee.asked] == pytest.approx([0.0, 0.0, 0.5, 1.0])


@pytest.mark.parametrize(
    ("wait", "outcome", "at"),
    [(None, Outcome.UNAVAILABLE, 0.0), (1.0, Outcome.UNAVAILABLE, 1.0), (3.0, OK, 2.1)],
    ids=["at once", "in vain", "until one comes"],
)
def test_without_an_endpoint_one_is_waited_for_if_the_limits_say_so(
    wait: float | None, outcome: Outcome, at: float
) -> None:
    async def main(client: LinkClient[str], callee: Callee) -> tuple[Outcome, float]:
        async def comes() -> None:
            await callee.clock.sleep_until(2.0)
            client.add(7)

        coming = asyncio.create_task(comes())
        answer = await client.call("get", callee)
        ended = callee.clock.now()
        await coming
        return answer.outcome, ended

    limits = None if wait is None else Limits(wait=wait)
    found, _, _, _ = on(LinkSettings(limits=limits), main, endpoints=0)
    assert found == (outcome, at)


def test_a_time_out_runs_while_one_waits() -> None:
    settings = LinkSettings(timeout=0.5, limits=Limits(wait=9.0))
    found, _, _, _ = on(settings, calls(1), endpoints=0)
    assert found == [TIMEOUT]


def test_the_balancer_spreads_and_forgets_who_left() -> None:
    async def main(client: LinkClient[str], callee: Callee) -> list[int]:
        await asyncio.gather(*(client.call("get", callee) for _ in range(4)))
        client.remove(0)
        client.remove(2)
        await asyncio.gather(*(client.call("get", callee) for _ in range(4)))
        return [endpoint for _, endpoint in callee.asked]

    found, _, _, _ = on(LinkSettings(balancer=LeastRequestSettings()), main, endpoints=4)
    assert sorted(found[:4]) == [0, 1, 2, 3]
    assert sorted(found[4:]) == [1, 1, 3, 3]


def test_picks_are_by_the_luck_of_link_call_and_attempt() -> None:
    async def main(client: LinkClient[str], callee: Callee) -> list[int]:
        await calls(20)(client, callee)
        return [endpoint for _, endpoint in callee.asked]

    settings = LinkSettings(balancer=LeastRequestSettings())
    found, _, _, _ = on(settings, main, endpoints=5)
    luck = SITE.child(Tag.TRY, 1).stream(Purpose.PICK)
    assert found == [int(luck.uniform(number) * 5) for number in range(20)]


def test_a_call_that_is_cancelled_is_settled_and_teaches_nothing() -> None:
    async def main(client: LinkClient[str], callee: Callee) -> Any:
        call = asyncio.create_task(client.call("get", callee))
        await callee.clock.sleep_until(0.05)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        return client.picker.in_flight(0)

    found, client, _, _ = on(LinkSettings(breaker=BREAKER), main)
    assert found == 0
    assert client.counters.ended[Outcome.CANCELLED] == 1


def test_what_is_changed_holds_from_then_on() -> None:
    async def main(client: LinkClient[str], callee: Callee) -> Any:
        found = [(await together(2)(client, callee))]
        client.renew(
            replace(client.settings, limits=Limits(in_flight=2)), ["limits", "in_flight"], 2.0
        )
        found.append(await together(2)(client, callee))
        client.renew(replace(client.settings, timeout=0.05), ["timeout"], 0.05)
        found.append(await calls(1)(client, callee))
        retry = replace(TWICE, attempts=1)
        client.renew(replace(client.settings, retry=retry), ["retry", "attempts"], 1.0)
        before = len(callee.asked)
        await calls(1)(client, callee)
        return found, len(callee.asked) - before

    settings = LinkSettings(limits=Limits(in_flight=1), retry=replace(TWICE, on=("timeout",)))
    found, _, _, _ = on(settings, main)
    first, second, third = found[0]
    assert first.count(Outcome.LIMITED) == 1
    assert second == [OK, OK]
    assert third == [TIMEOUT]
    assert found[1] == 1


def test_a_deadline_cuts_the_last_attempt_short() -> None:
    _, _, callee, _ = on(LinkSettings(timeout=2.0, deadline=0.5), calls(2), (OK, 1.0), (OK, 0.1))
    assert [at for at, _ in callee.asked] == [0.0, 0.5]
    assert callee.cancelled == 1


def test_what_a_client_does_not_allow_itself_says_nothing_to_its_breaker() -> None:
    settings = LinkSettings(breaker=BREAKER, limits=Limits(in_flight=1))
    found, _, _, moves = on(settings, together(5))
    assert found.count(Outcome.LIMITED) == 4
    assert moves == []


def test_a_cancelled_probe_leaves_room_for_another() -> None:
    async def main(client: LinkClient[str], callee: Callee) -> Outcome:
        await calls(2)(client, callee)  # Both fail: it opens.
        await callee.clock.sleep_until(6.0)
        probe = asyncio.create_task(client.call("get", callee))
        await callee.clock.sleep_until(6.05)
        probe.cancel()
        await asyncio.gather(probe, return_exceptions=True)
        return (await client.call("get", callee)).outcome

    found, _, _, moves = on(LinkSettings(breaker=BREAKER), main, (ERROR, 0.0), (ERROR, 0.0))
    assert (found, moves) == (OK, ["open", "half_open", "closed"])


def test_who_waits_goes_in_order_of_asking_also_before_those_who_come_later() -> None:
    async def main(client: LinkClient[str], callee: Callee) -> list[int]:
        ended: list[int] = []

        async def one(name: int, at: float) -> None:
            await callee.clock.sleep_until(at / 2)  # So that it is woken after who is served.
            await callee.clock.sleep_until(at)
            await client.call("get", callee)
            ended.append(name)

        times = [0.0, 0.01, 0.02, 0.1, 0.2]  # The last two come just as a turn is free.
        await asyncio.gather(*(one(name, at) for name, at in enumerate(times)))
        return ended

    found, _, _, _ = on(LinkSettings(limits=Limits(in_flight=1, wait=9.0)), main)
    assert found == [0, 1, 2, 3, 4]
