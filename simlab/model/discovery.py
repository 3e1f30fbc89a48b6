"""Discovery: what the platform tells clients about endpoints, a while after it happens.

An endpoint is added when its replica is ready; it is removed when that drains, exits, or fails its
readiness probe.
"""

from simlab.core import Seconds
from simlab.model.agenda import Agenda, Turn
from simlab.model.reference.callers import Callers
from simlab.model.reference.replica import Replica, State
from simlab.model.reference.service import Service


class Discovery:
    """Keeps each service's list of endpoints, and has all clients told."""

    def __init__(self, agenda: Agenda, callers: Callers, delay: Seconds) -> None:
        self._agenda, self._callers, self._delay = agenda, callers, delay

    def found(self, service: Service, replica: Replica) -> None:
        """Have clients told of a replica that is ready."""
        due = self._agenda.now + self._delay
        self._agenda.at(due, Turn.LIFE, self._discover, service, replica, replica.starts)

    def _discover(self, service: Service, replica: Replica, start: int) -> None:
        if replica.ready and replica.starts == start and not replica.known:
            replica.known = True
            self.tell(service, replica.number, known=True)

    def forget(self, service: Service, replica: Replica) -> None:
        """Have clients told that `replica` is no endpoint any more."""
        if replica.known:
            replica.known = False
            due = self._agenda.now + self._delay
            self._agenda.at(due, Turn.LIFE, self._forgotten, service, replica)

    def _forgotten(self, service: Service, replica: Replica) -> None:
        if not replica.known and replica.number in service.endpoints:
            self.tell(service, replica.number, known=False)
        self.drop_gone(service, replica)

    def drop_gone(self, service: Service, replica: Replica) -> None:
        """Forget a replica that is gone, once no client can pick it any more."""
        if replica.state == State.GONE and replica.number not in service.endpoints:
            service.by_number.pop(replica.number, None)

    def tell(self, service: Service, number: int, *, known: bool) -> None:
        """Tell all clients of `service` that replica `number` is an endpoint, or is not."""
        now, endpoints = self._agenda.now, service.endpoints
        if known == (number in endpoints):
            return
        if known:
            endpoints.append(number)
        else:
            endpoints.remove(number)
        for edge in service.callers:
            for client in edge.clients.values():
                client.known = len(endpoints)
                if known:
                    client.picker.add(number, now)
                    self._agenda.soon.append((self._callers.limiter.wake, client))
                else:
                    client.picker.remove(number, now)
        self._tell_detours(service, number, known=known)

    def _tell_detours(self, service: Service, number: int, *, known: bool) -> None:
        """Tell the clients of links that may send here instead of to their callee."""
        for edge in service.detours:
            for client in edge.clients.values():
                picker, now = client.others[service.name], self._agenda.now
                if known:
                    picker.add(number, now)
                    self._agenda.soon.append((self._callers.limiter.wake, client))
                else:
                    picker.remove(number, now)
