"""Bends: what faults do to a world (`simlab.faults.Breakable`): rules pushed and popped."""

from collections.abc import Mapping

from simlab.faults import Actuator as ActuatorRule
from simlab.faults import Delay, Missing, Override, Rule, Stale
from simlab.model.actuator import Actuator
from simlab.model.agenda import Agenda
from simlab.model.changes import Changes
from simlab.model.life import Lives
from simlab.model.reference.client import Edge
from simlab.model.reference.replica import Replica
from simlab.model.reference.server import Server
from simlab.model.reference.service import Service
from simlab.telemetry import MetricRules, MissingRule, StaleRule


class Bends:
    """Pushes a fault's rule onto the thing it bends, and pops that rule."""

    def __init__(
        self,
        agenda: Agenda,
        *,
        lives: Lives,
        server: Server,
        services: Mapping[str, Service],
        links: Mapping[str, Edge],
        metrics: MetricRules,
        actuator: Actuator,
        changes: Changes,
    ) -> None:
        self._agenda, self._lives, self._server = agenda, lives, server
        self._services, self._links, self._metrics = services, links, metrics
        self._actuator, self._changes = actuator, changes

    def crash(self, service: str, number: int, *, restart: bool) -> None:
        """Crash a replica."""
        replica = self._services[service].by_number.get(number)
        if replica is not None:
            self._lives.crash(self._services[service], replica, restart=restart, why="crash")

    def push_replica(self, service: str, number: int, rule: Rule) -> None:
        """Bend a replica."""
        replica = self._services[service].by_number.get(number)
        if replica is not None:
            replica.rules.append(rule)
            self._bent(self._services[service], replica)

    def pop_replica(self, service: str, number: int, rule: Rule) -> None:
        """Unbend a replica, if it is still there."""
        replica = self._services[service].by_number.get(number)
        if replica is not None:
            if rule in replica.rules:  # A pause has gone with the process that hung.
                replica.rules.remove(rule)
            self._bent(self._services[service], replica)

    def _bent(self, service: Service, replica: Replica) -> None:
        was_paused, was_leaking = replica.paused, replica.leaking
        replica.apply_rules(self._agenda.now)
        if was_paused and not replica.paused:
            self._server.resume(replica)
        self._lives.see_storage(service, replica)
        if replica.leaking and not was_leaking:
            self._lives.look(service, replica)

    def push_link(self, link: str, rule: Rule) -> None:
        """Bend a link."""
        assert isinstance(rule, Delay)
        self._links[link].delay_by(rule)

    def pop_link(self, link: str, rule: Rule) -> None:
        """Unbend a link."""
        assert isinstance(rule, Delay)
        self._links[link].delay_no_more(rule)

    def push_metrics(self, target: str, rule: Rule) -> None:
        """Bend what telemetry knows of a target."""
        self._metrics.push(_metric_rule(target, rule))

    def pop_metrics(self, target: str, rule: Rule) -> None:
        """Unbend it."""
        self._metrics.pop(_metric_rule(target, rule))

    def push_actuator(self, rule: Rule) -> None:
        """Bend the actuator."""
        assert isinstance(rule, ActuatorRule)
        self._actuator.rules.append(rule)

    def pop_actuator(self, rule: Rule) -> None:
        """Unbend it."""
        assert isinstance(rule, ActuatorRule)
        self._actuator.rules.remove(rule)

    def push_setting(self, rule: Rule) -> None:
        """Override a setting."""
        assert isinstance(rule, Override)
        self._changes.push(rule)

    def pop_setting(self, rule: Rule) -> None:
        """Take the override back."""
        assert isinstance(rule, Override)
        self._changes.pop(rule)


def _metric_rule(target: str, rule: Rule) -> StaleRule | MissingRule:
    fault, occurrence = rule.key
    assert isinstance(rule, Stale | Missing)
    kind = StaleRule if isinstance(rule, Stale) else MissingRule
    return kind(id=f"{fault}/{occurrence}", target=target)
