"""The actuator: actions take effect late, if they are accepted; faults refuse, delay and maim them.

Accepted or refused is known when the action takes effect. A scaling is done when the wanted count
has changed, a restart (and a quota that needs restarts) when all of the service are ready again.

Longer than most: each effect is a few lines, and an `Actuator` is told of all that it acts upon.
"""

from collections.abc import Callable, Mapping

from simlab.core import (
    RESOURCES,
    Action,
    ActionOutcome,
    CleanUp,
    Custom,
    Purpose,
    Restart,
    ScaleTo,
    Seconds,
    SetQuota,
    Site,
    SwitchTraffic,
    UpdateConfig,
    root,
)
from simlab.faults import Actuator as ActuatorRule
from simlab.model.agenda import Agenda, Turn
from simlab.model.changes import Changes
from simlab.model.contests import Contests
from simlab.model.journal import Journal, Value
from simlab.model.life import Lives
from simlab.model.quota import Quota
from simlab.model.reference.service import Service
from simlab.model.rows import described
from simlab.model.settings.changes import path_of
from simlab.model.switches import Switches

CLOSE = 1e-9  # Of a replica: 29 % of 100 are 29, though not in floats.


class Actuator:
    """Performs actions."""

    def __init__(
        self,
        agenda: Agenda,
        journal: Journal,
        *,
        seed: int,
        replication: int,
        delay: Seconds,
        lives: Lives,
        changes: Changes,
        quota: Quota,
        switches: Switches,
        services: Mapping[str, Service],
        custom: Callable[[str, Mapping[str, Value]], str | None],
        scaled: Callable[[Service, int, int], None],
        acted: Callable[[str], None],
    ) -> None:
        self._agenda, self._journal, self._delay = agenda, journal, delay
        self._seed, self._replication = seed, replication
        self._lives, self._changes, self._services = lives, changes, services
        self._quota, self._switches = quota, switches
        self._custom, self._scaled, self._acted = custom, scaled, acted
        self._contests = Contests(journal)
        self.rules: list[ActuatorRule] = []

    def perform(self, issuer: str, action: Action) -> None:
        """Have `action` take effect after the actuation delay, and its outcome told."""
        rules, delay = tuple(self.rules), self._delay
        for rule in rules:
            delay = delay + rule.slow
        now = self._agenda.now
        self._agenda.at(now + delay, Turn.LIFE, self._take_effect, issuer, action, rules)

    def _take_effect(self, issuer: str, action: Action, rules: tuple[ActuatorRule, ...]) -> None:
        self._contests.begin(action, {name: one.wanted for name, one in self._services.items()})
        for rule in rules:
            site = Site(root(self._seed, self._replication, f"faults.{rule.key[0]}.{issuer}"))
            if site.stream(Purpose.CHANCE).uniform(action.id) < rule.refuse:
                self._tell(issuer, action, "refused", f"the actuator is faulty ({rule.key[0]})")
                return
        try:
            match action:
                case ScaleTo():
                    self._scale(issuer, action, rules)
                case Restart():
                    self._restart(issuer, action)
                case UpdateConfig():
                    self._update(issuer, action)
                case SwitchTraffic():
                    self._switch(issuer, action)
                case CleanUp():
                    self._clean_up(issuer, action)
                case SetQuota():
                    self._set_quota(issuer, action)
                case Custom():
                    done = self._custom(action.name, action.params)
                    self._tell(issuer, action, "done", done or "")
        except ValueError as error:
            self._tell(issuer, action, "refused", str(error))

    def _service(self, name: str) -> Service:
        if name not in self._services:
            raise ValueError(f"there is no service {name!r}")
        return self._services[name]

    def _scale(self, issuer: str, action: ScaleTo, rules: tuple[ActuatorRule, ...]) -> None:
        service = self._service(action.service)
        if action.replicas < 0:
            raise ValueError(f"replicas must not be negative, got {action.replicas}")
        before, wanted, reason = service.wanted, action.replicas, ""
        for rule in rules:
            if rule.partial < 1.0:
                step = (wanted - before) * rule.partial
                wanted = before + int(step + CLOSE if step > 0.0 else step - CLOSE)
                reason = f"applied in part: {wanted} of {action.replicas}"
        self._quota.check(service.name, "replicas", wanted)
        self._lives.scale(service, wanted)
        if wanted != before:
            self._scaled(service, before, wanted)
        self._acted(service.name)
        self._tell(issuer, action, "done", reason)

    def _restart(self, issuer: str, action: Restart) -> None:
        service = self._service(action.service)
        known = [replica.number for replica in service.replicas]
        for number in action.replicas:
            if number not in known:
                raise ValueError(f"{service.name} has no replica {number}")
        self._acted(service.name)
        self._tell(issuer, action, "accepted", "")
        self._lives.restarts.ask(service, action.replicas, self._tell, issuer, action, "done", "")

    def _update(self, issuer: str, action: UpdateConfig) -> None:
        for path, value in action.values.items():
            self._changes.check(path, value)
        self._quota.check_values(action.values)
        for path, value in action.values.items():
            name = path.split(".")[1]
            service = self._services.get(name) if path.endswith(".replicas") else None
            before, count = self._changes.value(path), service.wanted if service else 0
            self._changes.set(path, value)
            if service is not None and service.wanted != count:
                self._scaled(service, count, service.wanted)
            loop = path.startswith("loops.")
            self._acted(f"loops.{name.partition('/')[0]}" if loop else name)
            self._journal.config(self._agenda.now, path, before, value)
        self._tell(issuer, action, "done", "")

    def _switch(self, issuer: str, action: SwitchTraffic) -> None:
        if action.service is not None:
            raise ValueError(f"{action.service} has no versions to switch between")
        away, to = self._service(action.away), self._service(action.to)
        self._switches.switch(away, to, action.share)
        self._acted(away.name)
        self._tell(issuer, action, "done", "")

    def _clean_up(self, issuer: str, action: CleanUp) -> None:
        service, freed = self._service(action.service), 0.0
        for replica in service.replicas:
            freed += replica.disk.clean(self._agenda.now)
            self._lives.see_storage(service, replica)
        self._acted(service.name)
        self._tell(issuer, action, "done", f"{freed:.0f} B freed")

    def _set_quota(self, issuer: str, action: SetQuota) -> None:
        service, resource, amount = self._service(action.service), action.resource, action.amount
        if resource not in RESOURCES:
            raise ValueError(f"a resource is {' or '.join(RESOURCES)}, not {resource!r}")
        path = path_of(service.name, resource)
        before = self._changes.value(path)
        self._changes.check(path, amount)
        self._quota.check(service.name, resource, amount)
        anew = self._changes.give(service, resource, amount)
        self._journal.config(self._agenda.now, path, before, amount)
        self._acted(service.name)
        if not anew:
            self._tell(issuer, action, "done", "")
            return
        self._tell(issuer, action, "accepted", "")
        told = (self._tell, issuer, action, "done", "")
        self._lives.restarts.ask(service, tuple(anew), *told)

    def _tell(self, issuer: str, action: Action, status: str, reason: str) -> None:
        now = self._agenda.now
        outcome = ActionOutcome(action=action, at=now, status=status, reason=reason)
        self._journal.outcome(issuer, outcome, described(action))
        self._contests.told(now, issuer, action, status)
        if status == "refused":
            room, who, *_ = [*action.target.split("."), ""]
            self._journal.log(now, "refusal", who, room=room, detail=reason)
