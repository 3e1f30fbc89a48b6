"""Random small systems with all features on: books balance at every event, and nothing is lost."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.model import World
from tests.model.scenes import resolve

NAMES = ("a", "b", "c", "d")
AMOUNTS = ("0s", "10ms", "250ms", "{dist: exponential, mean: 60ms}")
BREAKER = (
    "breaker: {kind: resilience4j, slidingWindowSize: 4, minimumNumberOfCalls: 4,"
    " waitDurationInOpenState: 1s, permittedNumberOfCallsInHalfOpenState: 1}"
)
BUDGET = "budget: {kind: token_bucket, per_call: 50%, room: 2}"
RETRIES = (
    "retry: {kind: backoff, attempts: 3, base: 50ms, within: 2s}",
    f"retry: {{kind: backoff, attempts: 2, base: 0s, {BUDGET}}}",
)
DURATION = 12.0
ACTS = (
    "scale: {a: 0}",
    "scale: {a: 3}",
    "restart: [a]",
    "clean_up: a",
    "quota: {a: {cores: 2, memory: 9Mi}}",
    "quota: {LAST: {cores: 700m, storage: 3Mi}}",
    "switch: {from: BEFORE, to: LAST, percentage: 60%}",
    "switch: {from: LAST, to: BEFORE, percentage: 100%}",
    "switch: {from: BEFORE, to: LAST, percentage: 0%}",
    "scale: {LAST: 3}, switch: {from: a, to: LAST, percentage: 30%}",
)


@st.composite
def steps(draw: Any, service: int, size: int, depth: int = 0) -> str:
    """Return a list of steps of the service of this index; it may call those of higher ones."""
    kinds = ["cpu", "cpu", "wait"] + ["call"] * (2 if service + 1 < size else 0)
    kinds += ["do", "parallel"] if depth < 2 else []
    found = []
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=3)):
        amount = draw(st.sampled_from(AMOUNTS))
        inner = draw(steps(service, size, depth + 1)) if kind in ("do", "parallel") else ""
        match kind:
            case "cpu" | "wait":
                step = f"{kind}: {amount}"
            case "call":
                callee = draw(st.integers(service + 1, size - 1))
                step = f"call: {NAMES[callee]}.op"
            case "do":
                times = draw(st.sampled_from(["0", "1", "2", "lines"]))
                step = f"times: {times}, do: {inner}"
            case _:
                other = draw(steps(service, size, depth + 1))
                step = f"parallel: [{inner}, {other}]"
        step += draw(st.sampled_from(["", "", ", optional: true", ", chance: 50%"]))
        if draw(st.integers(0, 4)) == 0:
            step += f", else: {draw(steps(service, size, depth + 1)) if depth < 2 else '[]'}"
        found.append(f"{{{step}}}")
    return f"[{', '.join(found)}]"


@st.composite
def services(draw: Any, size: int) -> str:
    lines = []
    for n in range(size):
        keys = [
            f"replicas: {draw(st.integers(0, 3))}",
            f"cores: {draw(st.sampled_from(['0.5', '1', '1.5', '3']))}",
            f"discipline: {draw(st.sampled_from(['ps', 'fifo']))}",
            f"slots: {draw(st.sampled_from(['1', '2', '5', 'unlimited']))}",
            f"line: {draw(st.sampled_from(['0', '2', 'unlimited']))}",
            f"boot: {draw(st.sampled_from(['0s', '1s']))}",
            f"linger: {draw(st.sampled_from(['0s', '1s']))}",
            f"grace: {draw(st.sampled_from(['500ms', '3s']))}",
            f"restart: {draw(st.sampled_from(['true', 'false']))}",
            draw(st.sampled_from(["", "warmup: {time: 2s, from: 20%}"])),
            draw(st.sampled_from(["", "memory: {base: 1Mi, per_request: 1Mi, limit: 5Mi}"])),
            draw(st.sampled_from(["", "storage: {per_request: 1Mi, log_rate: 1Mi/s, limit: 9Mi}"])),
            f"resize: {draw(st.sampled_from(['restart', 'in_place']))}",
        ]
        errors = draw(st.sampled_from(["0%", "20%", "{share: 30%, after: 20ms}"]))
        operation = f"{{errors: {errors}, steps: {draw(steps(n, size))}}}"
        head = ", ".join(key for key in keys if key)
        lines.append(f"  {NAMES[n]}: {{{head}, operations: {{op: {operation}}}}}")
    return "\n".join(lines)


@st.composite
def link(draw: Any) -> str:
    loss = draw(st.sampled_from(["0%", "20%"]))
    keys = [
        f"loss: {loss}",
        f"timeout: {draw(st.sampled_from(['50ms', '1s'] + ([] if loss != '0%' else ['none'])))}",
        f"cancel: {draw(st.sampled_from(['none', 'queued', 'all']))}",
        f"per: {draw(st.sampled_from(['replica', 'service']))}",
        draw(st.sampled_from(["", "latency: 0s", "latency: 20ms"])),
        draw(st.sampled_from(["", "deadline: 600ms"])),
        draw(
            st.sampled_from(
                [
                    "",
                    "limits: {in_flight: 1}",
                    "limits: {in_flight: 2, wait: 300ms}",
                    "limits: {rate: 3/s, wait: 1s}",
                    "limits: {per_endpoint: 1, wait: 1s}",
                ]
            )
        ),
        draw(st.sampled_from(["", BREAKER])),
        draw(st.sampled_from(["", *RETRIES])),
        "balancer: {kind: "
        + draw(st.sampled_from(["round_robin", "random", "least_request", "p2c"]))
        + "}",
    ]
    return f"{{{', '.join(key for key in keys if key)}}}"


@st.composite
def faults(draw: Any, size: int) -> str:
    name = st.sampled_from(NAMES[:size])
    kinds = (
        "kind: crash, replicas: 1, restart: {flag}, target: {name}",
        "kind: pause, target: {name}",
        "kind: slow, speed: 0.3, target: {name}",
        "kind: errors, share: 40%, target: {name}",
        "kind: leak, rate: 2Mi/s, target: {name}",
        "kind: delay, add: 30ms, target: {name}",
        "kind: set, path: services.{name}.slots, to: 1",
        "kind: set, path: services.{name}.cores, to: 0.3",
        "kind: set, path: services.{name}.replicas, to: 2",
        "kind: set, path: load.users.scale, to: 0.5",
    )
    lines = []
    for n, kind in enumerate(draw(st.lists(st.sampled_from(kinds), max_size=5))):
        flag = draw(st.sampled_from(["true", "false"]))
        when = draw(st.sampled_from(["at: 2s", "at: 5s", "every: 3s"]))
        lasts = "" if kind.startswith("kind: crash") else ", lasts: 2.5s"
        text = kind.format(name=draw(name), flag=flag)
        lines.append(f"  f{n}: {{{text}, {when}{lasts}}}")
    return "\n".join(lines)


@st.composite
def systems(draw: Any) -> str:
    size = draw(st.integers(1, 4))
    last = NAMES[size - 1]
    acts = [act for act in ACTS if size > 1 or "switch" not in act]
    acts = [act.replace("LAST", last).replace("BEFORE", NAMES[size - 2]) for act in acts]
    users = draw(st.sampled_from(["users, count: 4, think: 300ms", "constant, rate: 6/s"]))
    scales = ", ".join(
        f"{{at: {draw(st.integers(1, 9))}s, {act}}}"
        for act in draw(
            st.lists(
                st.sampled_from(acts),
                min_size=1,
                max_size=5,
            )
        )
    )
    found = draw(faults(size))
    return f"""
duration: {DURATION:g}s
slo: {{within: 1s}}
carries: {{lines: {{dist: uniform, low: 0, high: 3}}}}
services:
{draw(services(size))}
links:
  all->all: {draw(link())}
  users->a: {draw(link())}
load:
  users: {{to: a.op, shape: {{kind: {users}}}}}
faults: {"{}" if not found else ""}
{found}
telemetry: {{traces: 30%, scrape: 1s}}
platform: {{discovery: {draw(st.sampled_from(["0s", "400ms"]))}, quota: {{replicas: 14}}}}
strategies:
  s: {{loops: {{l: {{kind: script, steps: [{scales}]}}}}}}
"""


@settings(max_examples=60, deadline=None)
@given(systems(), st.integers(0, 3))
def test_books_balance_whatever_happens(text: str, seed: int) -> None:
    world = World(resolve(text, "s"), seed=seed, check_books=True, keep_requests=True)
    world.advance(DURATION / 2)
    fork = world.fork()
    record = world.finish()
    for name, source in record.sources.items():
        rows = record.requests["source"] == name
        assert source.requests == int(rows.sum())
        left = int((record.requests["outcome"][rows] == "in_flight").sum())
        assert sum(source.outcomes) + left == source.requests
        assert source.good <= source.outcomes[0] + source.outcomes[1]
    for service in record.services.values():
        assert service.ready <= service.exists + 1e-9
        assert service.busy >= 0
    for edge in record.links.values():
        assert edge.attempts >= 0
        assert sum(edge.histogram) == edge.outcomes[0] + edge.outcomes[1]
    other = fork.finish()
    assert other.events == record.events
    assert other.sources == record.sources


@settings(max_examples=15, deadline=None)
@given(systems())
def test_whatever_is_started_comes_to_an_end_when_it_is_left_alone(text: str) -> None:
    """Five minutes after the load has stopped nothing is open, waits, works or holds a slot."""
    world = World(resolve(text, "s"), seed=1)
    world.advance(DURATION + 300.0)
    for edge in world.links.values():
        for client in edge.clients.values():
            assert (client.in_flight, len(client.waiting)) == (0, 0)
    for service in world.services.values():
        for replica in service.replicas:
            assert replica.empty
            assert len(replica.cores) == 0
    assert all(source.open == 0 for source in world.sources.values())
