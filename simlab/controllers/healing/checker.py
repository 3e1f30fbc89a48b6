"""The health checker: it probes the replicas of a service and brings back those that fail.

episode   from the step at which a replica is held unhealthy until it is healthy again
ladder    within an episode each recovery is done once, in their order, the next one when the
          last has had its time; a recovery that was refused comes up again after the others
budget    of a service's replicas only a share is restarted at once; the others wait their turn

Probes are sent by whoever drives it (`probes`), and answered by its step. What was not answered in
time has failed; what was not probed is unknown, and changes nothing.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simlab.controllers.changing import changed
from simlab.controllers.healing.patient import Asked, Patient
from simlab.core import (
    Action,
    CleanUp,
    Decision,
    Finding,
    Observation,
    ProbeWish,
    Restart,
    Seconds,
    ServiceSeen,
    SwitchTraffic,
)

if TYPE_CHECKING:
    from simlab.controllers.healing.settings import HealthSettings

UNDONE = ("failed", "refused")
ALMOST = 1e-9  # Of a replica: 70 % of 10 are 7, though not in floats.


class HealthChecker:
    """A `Loop` that heals the replicas of one service."""

    def __init__(self, settings: "HealthSettings") -> None:
        self.settings = settings
        self.patients: dict[int, Patient] = {}
        self.asked: dict[int, Asked] = {}  # Recoveries under way, by id.
        self.away = 0.0  # The share of calls that goes to the standby.
        self.ids = 0

    @property
    def period(self) -> Seconds:
        return self.settings.period

    @property
    def probes(self) -> Mapping[str, ProbeWish]:
        """Return which probes are to be answered by each step, by service."""
        return self.settings.probes

    def step(self, seen: Observation) -> Decision:
        service = seen.services.get(self.settings.target)
        if service is None:
            return Decision(because={"answers": "missing"})
        self._admit(service, seen.now)
        self._settle(seen)
        heard = self._listen(seen)
        findings = self._judge(seen.now)
        actions, postponed = self._treat(seen.now)
        because: dict[str, float | str | None] = {
            "answers": heard or "missing",
            "failed": sum(1 for one in self.patients.values() if one.failed),
            "unhealthy": sum(1 for one in self.patients.values() if not one.healthy),
            "recoveries": len(actions),
            "postponed": postponed,
        }
        return Decision(tuple(actions), because=because, findings=tuple(findings))

    def reconfigure(self, name: str, value: float) -> None:
        """Set one of the settings' `CHANGEABLE`; what is known of replicas stays."""
        self.settings = changed(self.settings, name, value)

    # What is known.

    def _admit(self, service: ServiceSeen, now: Seconds) -> None:
        """Know the replicas that are there, and no others."""
        patients: dict[int, Patient] = {}
        for replica in service.replicas:
            if not replica.deleting:
                known = self.patients.get(replica.number)
                patient = Patient(self.settings, replica) if known is None else known
                patient.look(replica, now)
                patients[replica.number] = patient
        self.patients = patients

    def _settle(self, seen: Observation) -> None:
        """Take in what became of recoveries: one that was refused is left to be done."""
        for outcome in seen.outcomes:
            if outcome.status == "accepted" or outcome.action.id not in self.asked:
                continue
            asked = self.asked.pop(outcome.action.id)
            if outcome.status in UNDONE:
                self._undo(asked)

    def _undo(self, asked: Asked) -> None:
        if asked.what == "reroute":
            self.away = asked.away
        for number in asked.numbers:
            patient = self.patients.get(number)
            if patient is not None and not patient.healthy:
                patient.todo.append(asked.what)
                patient.rerouted = patient.rerouted and asked.what != "reroute"

    def _listen(self, seen: Observation) -> int:
        heard = 0
        for answer in seen.probes:
            patient = self.patients.get(answer.replica)
            if answer.service == self.settings.target and patient is not None:
                patient.hear(answer, seen.now, self.settings)
                heard += 1
        return heard

    def _judge(self, now: Seconds) -> list[Finding]:
        """Begin and end episodes; return what is worth telling."""
        findings = []
        for patient in self.patients.values():
            if patient.healthy and patient.suspect(now, self.settings):
                data = {"reason": patient.reason, "failures": patient.failed}
                patient.fall_ill(now, self.settings)
                findings.append(self._finding("probe_failed", "Unhealthy", patient, now, data))
            elif not patient.healthy and patient.passed >= self.settings.healthy_threshold:
                data = {"lasted": now - patient.since}
                patient.recover(now)
                findings.append(self._finding("recovered", "Healthy", patient, now, data))
        return findings

    def _finding(
        self, kind: Any, name: str, patient: Patient, now: Seconds, data: Mapping[str, Any]
    ) -> Finding:
        target = f"services.{self.settings.target}/{patient.number}"
        return Finding(kind=kind, at=now, target=target, name=name, data=data)

    # What is done.

    def _treat(self, now: Seconds) -> tuple[list[Action], int]:
        """Return the recoveries that are due, and how many wait for the budget."""
        due: dict[str, list[Patient]] = {}
        postponed, room = 0, self._room()
        for patient in self.patients.values():
            if not patient.todo or now < patient.waits_until:
                continue
            what = patient.todo[0]
            if what == "restart" and len(due.get(what, ())) >= room:
                postponed += 1
                continue
            patient.todo.pop(0)
            patient.recoveries += 1
            patient.waits_until = now + self.settings.backoff.after(patient.recoveries)
            due.setdefault(what, []).append(patient)
        for patient in due.get("reroute", ()):
            patient.rerouted = True
        return self._actions(due), postponed

    def _room(self) -> int:
        """Return how many more replicas may be restarted now."""
        most = max(1, int(self.settings.restarting * len(self.patients) + ALMOST))
        under_way = {
            number
            for asked in self.asked.values()
            for number in asked.numbers
            if asked.what == "restart" and number in self.patients
            if not self.patients[number].healthy
        }
        return most - len(under_way)

    def _actions(self, due: Mapping[str, list[Patient]]) -> list[Action]:
        target, actions = self.settings.target, list[Action]()
        for patient in due.get("restart", ()):
            one = (patient.number,)
            actions.append(Restart(target, one, self._ask("restart", one)))
        if "clean_up" in due:
            numbers = tuple(one.number for one in due["clean_up"])
            actions.append(CleanUp(target, self._ask("clean_up", numbers)))
        standby, share = self.settings.standby, self._share()
        if standby is not None and share != self.away:
            numbers = tuple(one.number for one in due.get("reroute", ()))
            action = SwitchTraffic(target, standby, share, id=self._ask("reroute", numbers))
            self.away = share
            actions.append(action)
        return actions

    def _share(self) -> float:
        """Return the share of calls that the standby should get: that of replicas given up."""
        rerouted = sum(1 for one in self.patients.values() if one.rerouted)
        return rerouted / len(self.patients) if rerouted else 0.0

    def _ask(self, what: str, numbers: tuple[int, ...]) -> int:
        self.ids += 1
        self.asked[self.ids] = Asked(what, numbers, self.away)
        return self.ids
