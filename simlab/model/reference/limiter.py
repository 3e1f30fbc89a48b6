"""Limits: what one client allows itself, and who waits for a turn (or for a first endpoint).

Those who wait ask again in order of asking: when an attempt ends, when an endpoint comes, when
there is a token. The attempt's time-out runs meanwhile.
"""

from math import inf
from typing import TYPE_CHECKING

from simlab.core import Outcome, Purpose, Seconds
from simlab.model.agenda import Agenda
from simlab.model.reference.client import Client
from simlab.model.reference.requests import ENDED, WAITS, Attempt

if TYPE_CHECKING:
    from simlab.model.reference.callers import Callers

PICK = Purpose.PICK
ALMOST = 1.0 - 1e-9  # A token that rounding has kept from being whole.


class Limiter:
    """Refuses attempts, lets them wait, and wakes them."""

    def __init__(self, agenda: Agenda, callers: "Callers") -> None:
        self._agenda, self._callers = agenda, callers

    def _pick_again(self, attempt: Attempt) -> bool:
        """Pick an endpoint for an attempt that waits; say whether there was one."""
        client = attempt.call.client
        luck = attempt.site.stream(PICK).uniform(attempt.request.number)
        if client.edge.splits:
            attempt.split = client.edge.split_of(attempt)
        endpoint = client.picker_of(attempt).pick(self._agenda._now, luck)  # noqa: SLF001
        if endpoint < 0:
            return False
        client.waiting.popleft()
        self._callers.send(attempt, endpoint)
        return True

    def allows(self, client: Client, now: Seconds) -> bool:
        """Return whether one more attempt may be sent, as far as counts and rates go."""
        return client.in_flight < client.most and client.has_token(now)

    def wait_or_refuse(self, attempt: Attempt, outcome: Outcome) -> None:
        """Let `attempt` wait for its turn if the limits have a `wait`; else it ends so."""
        call, client, now = attempt.call, attempt.call.client, self._agenda._now  # noqa: SLF001
        if client.patience is None:
            self.refuse(attempt, outcome)
            return
        call.attempt = attempt
        self._callers.set_timer(attempt)
        client.waiting.append(attempt)
        self._agenda.after(client.patience, self._tired, attempt)
        self._wake_later(client, now)

    def refuse(self, attempt: Attempt, outcome: Outcome) -> None:
        """End an attempt that was never sent."""
        call, client, now = attempt.call, attempt.call.client, self._agenda._now  # noqa: SLF001
        attempt.listening, call.attempt, attempt.stage = False, None, ENDED
        if attempt.timer is not None:
            attempt.timer.call_off()
        client.edge.counters.ended[outcome] += 1
        if outcome == Outcome.LIMITED:
            client.edge.refusals += 1
        else:
            client.edge.counters.started += 1
            if call.tries > 1:
                client.edge.counters.retries += 1
        if client.breaker is not None:
            if outcome in (Outcome.LIMITED, Outcome.CANCELLED):
                client.breaker.release(attempt.ticket, now)
            else:
                client.breaker.record(attempt.ticket, now, outcome, now - attempt.started)
            self._callers.moved(client)
        if outcome != Outcome.CANCELLED:
            self._callers.failed(call, outcome)

    def change(self, client: Client, limit: str, value: float | None) -> None:
        """Have another limit from now on; those who wait ask again."""
        client.has_token(self._agenda.now)  # What came so far came at the rate of then.
        if limit == "rate":
            client.rate = value
            if client.waking is not None:
                client.waking.call_off()
                client.waking = None
        elif limit == "in_flight":
            client.most = inf if value is None else value
        else:
            for picker in client.pickers:
                picker.cap = inf if value is None else value  # type: ignore[attr-defined]
        self._agenda.soon.append((self.wake, client))

    def _tired(self, attempt: Attempt) -> None:
        client = attempt.call.client
        if attempt.listening and attempt.stage == WAITS and attempt in client.waiting:
            client.waiting.remove(attempt)
            self.refuse(
                attempt, Outcome.LIMITED if client.known_to(attempt) else Outcome.UNAVAILABLE
            )

    def _wake_later(self, client: Client, now: Seconds) -> None:
        """Have the next in line ask again when there will be a token."""
        if client.rate is None or client.waking is not None or client.has_token(now):
            return
        wait = (1.0 - client.tokens) / client.rate
        client.waking = self._agenda.after(wait, self._woken, client)

    def _woken(self, client: Client) -> None:
        client.waking = None
        client.tokens = max(client.tokens, 1.0) if client.tokens > ALMOST else client.tokens
        self.wake(client)

    def wake(self, client: Client) -> None:
        """Let those who wait ask again, in order of asking."""
        now = self._agenda._now  # noqa: SLF001
        while client.waiting and self.allows(client, now):
            if not self._pick_again(client.waiting[0]):
                break
        if client.waiting:
            self._wake_later(client, now)
