"""Driving loops: each period, decisions are kept, actions carried out."""

from simlab.core import Decision, Observation, Restart, ScaleTo, UpdateConfig
from tests.model.scenes import Puppet, begin

TEXT = "services: {web: {operations: {get: []}}}\nduration: 30s"


def test_every_decision_is_a_row_with_its_reasons() -> None:
    acts = {
        1: Decision([ScaleTo("web", 3, 1), Restart("web", (0,), 2)], {"usage": 0.5, "limit": None}),
        3: Decision([UpdateConfig({"services.web.slots": 3.0}, 3)], {"why": "so"}),
    }
    record = begin(TEXT, loops={"hand": Puppet(10.0, acts)}).finish()
    rows = [
        (e.at, e.who, e.data["because"], e.data["actions"])
        for e in record.events
        if e.kind == "decision"
    ]
    assert rows == [
        (
            10.0,
            "hand",
            {"usage": 0.5, "limit": None},
            [
                {"kind": "scale", "service": "web", "replicas": 3, "id": 1},
                {"kind": "restart", "service": "web", "replicas": [0], "id": 2},
            ],
        ),
        (20.0, "hand", {}, []),
        (
            30.0,
            "hand",
            {"why": "so"},
            [{"kind": "update_config", "values": {"services.web.slots": 3.0}, "id": 3}],
        ),
    ]


def test_loops_of_one_instant_step_in_order_of_scheduling() -> None:
    """At 6 s: that of 3 s was booked at 3 s, that of 2 s at 4 s."""
    order: list[str] = []

    class Witness(Puppet):
        def __init__(self, period: float, name: str) -> None:
            super().__init__(period)
            self.name = name

        def step(self, seen: Observation) -> Decision:
            order.append(f"{self.name}{seen.now:g}")
            return super().step(seen)

    begin(TEXT, loops={"a": Witness(2.0, "a"), "b": Witness(3.0, "b")}).advance(6.0)
    assert order == ["a2", "b3", "a4", "b6", "a6"]


def test_the_control_side_of_an_instant_goes_life_fault_load_scrape_control() -> None:
    """At 10 s all of them: the loop sees what the others did, the fault what life did."""
    text = """
        duration: 30s
        services: {web: {replicas: 1, boot: 2s, operations: {get: []}}}
        load: {users: {to: web.get, arrivals: even, shape: {kind: constant, rate: 1/s}}}
        faults: {f: {kind: slow, target: web, at: 10s}}
        telemetry: {scrape: 5s}
    """
    hand = Puppet(1.0, {8: Decision([ScaleTo("web", 2, 1)])})
    world = begin(text, loops={"hand": hand})
    world.advance(10.0)
    (record,) = world._injector.records
    assert record.replicas == (("web", 0), ("web", 1))  # The new one is ready at 10 s, too.
    seen = hand.seen[-1]
    assert seen.services["web"].ready == 2
    assert seen.sources["users"].readings["arrival_rate"].measured_at == 10.0
    assert seen.sources["users"].readings["arrival_rate"].value == 0.9  # That of 10 s comes later.
