"""Bends: what faults do to a world (`simlab.faults.Breakable`): rules pushed and popped."""

from collections.abc import Callable, Mapping

from simlab.core import root
from simlab.faults import Actuator as ActuatorRule
from simlab.faults import (
    BootFails,
    Halt,
    LinkRule,
    MetricsRule,
    Misset,
    Override,
    ReplicaRule,
    Surge,
    Vanish,
    is_loop,
)
from simlab.model.actuator import Actuator
from simlab.model.agenda import Agenda
from simlab.model.changes import Changes
from simlab.model.drive import Drive
from simlab.model.life import Lives
from simlab.model.metric_rules import metric_rule
from simlab.model.reference.client import Edge
from simlab.model.reference.replica import Replica
from simlab.model.reference.server import Server
from simlab.model.reference.service import Service
from simlab.model.reference.source import AnySource
from simlab.model.settings_stack import Value
from simlab.telemetry import MetricRules


class Bends:
    """Pushes a fault's rule onto the thing it bends, and pops that rule."""

    def __init__(
        self,
        agenda: Agenda,
        *,
        seed: int,
        replication: int,
        lives: Lives,
        server: Server,
        services: Mapping[str, Service],
        links: Mapping[str, Edge],
        sources: Mapping[str, AnySource],
        metrics: MetricRules,
        actuator: Actuator,
        changes: Changes,
        drives: Mapping[str, Drive],
        configured: Callable[[str, Value, Value], None],
    ) -> None:
        self._seed, self._replication, self._sources = seed, replication, sources
        self._drives, self._configured = drives, configured
        self._agenda, self._lives, self._server = agenda, lives, server
        self._services, self._links, self._metrics = services, links, metrics
        self._actuator, self._changes = actuator, changes

    def crash(self, service: str, number: int, *, restart: bool) -> None:
        """Crash a replica."""
        replica = self._services[service].by_number.get(number)
        if replica is not None:
            self._lives.crash(self._services[service], replica, restart=restart, why="crash")

    def evict(self, service: str, number: int) -> None:
        """Take a replica away, and start another."""
        replica = self._services[service].by_number.get(number)
        if replica is not None:
            self._lives.evict(self._services[service], replica)

    def push_replica(self, service: str, number: int, rule: ReplicaRule) -> None:
        """Bend a replica."""
        replica = self._services[service].by_number.get(number)
        if replica is not None:
            replica.rules.append(rule)
            self._bent(self._services[service], replica)
        if isinstance(rule, Vanish):
            self._mute(service)

    def pop_replica(self, service: str, number: int, rule: ReplicaRule) -> None:
        """Unbend a replica, if it is still there."""
        replica = self._services[service].by_number.get(number)
        if replica is not None:
            if rule in replica.rules:  # A pause has gone with the process that hung.
                replica.rules.remove(rule)
            self._bent(self._services[service], replica)
        if isinstance(rule, Vanish):
            self._mute(service)

    def _mute(self, service: str) -> None:
        """Have links out of `service` know whether a replica of it cannot be reached."""
        muted = any(one.unreachable for one in self._services[service].replicas)
        for edge in self._links.values():
            if edge.caller == service:
                edge.mute(muted)

    def _bent(self, service: Service, replica: Replica) -> None:
        was_paused, was_leaking = replica.paused, replica.leaking
        replica.apply_rules(self._agenda.now)
        if was_paused and not replica.paused:
            self._server.resume(replica)
        self._lives.see_storage(service, replica)
        if replica.leaking and not was_leaking:
            self._lives.look(service, replica)

    def push_service(self, service: str, rule: BootFails) -> None:
        """Bend a service."""
        self._services[service].boot_fails.append(rule)

    def pop_service(self, service: str, rule: BootFails) -> None:
        """Unbend it."""
        self._services[service].boot_fails.remove(rule)

    def push_link(self, link: str, rule: LinkRule) -> None:
        """Bend a link."""
        self._links[link].bend(rule, self._place(rule.key[0]))

    def pop_link(self, link: str, rule: LinkRule) -> None:
        """Unbend a link."""
        self._links[link].unbend(rule)

    def push_source(self, source: str, rule: Surge) -> None:
        """Bend a source."""
        self._sources[source].push(rule)

    def pop_source(self, source: str, rule: Surge) -> None:
        """Unbend a source."""
        self._sources[source].pop(rule)

    def push_metrics(self, target: str, rule: MetricsRule) -> None:
        """Bend what telemetry knows of a target."""
        self._metrics.push(metric_rule(target, rule, self._place(rule.key[0])))

    def pop_metrics(self, target: str, rule: MetricsRule) -> None:
        """Unbend it."""
        self._metrics.pop(metric_rule(target, rule, self._place(rule.key[0])))

    def _place(self, fault: str) -> int:
        """Return where the chance of a fault starts from."""
        return root(self._seed, self._replication, f"faults.{fault}")

    def push_loop(self, rule: Halt) -> None:
        """Halt a loop."""
        for name, drive in self._drives.items():
            if is_loop(name, rule.loop):
                drive.push(rule)

    def pop_loop(self, rule: Halt) -> None:
        """Let it go on."""
        for name, drive in self._drives.items():
            if is_loop(name, rule.loop):
                drive.pop(rule)

    def push_actuator(self, rule: ActuatorRule) -> None:
        """Bend the actuator."""
        self._actuator.rules.append(rule)

    def pop_actuator(self, rule: ActuatorRule) -> None:
        """Unbend it."""
        self._actuator.rules.remove(rule)

    def push_setting(self, rule: Override | Misset) -> None:
        """Override a setting; or have it configured wrong, which is logged as any change is."""
        before = self._changes.value(rule.path)
        self._changes.push(rule)
        if isinstance(rule, Misset):
            self._configured(rule.path, before, rule.to)

    def pop_setting(self, rule: Override | Misset) -> None:
        """Take that back, if nobody has configured something else since."""
        back = self._changes.pop(rule)
        if isinstance(rule, Misset) and back:
            self._configured(rule.path, rule.to, self._changes.value(rule.path))
