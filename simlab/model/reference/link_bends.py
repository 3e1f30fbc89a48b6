"""What faults do to the messages of a link: delay them, lose them, cut them off.

    delay        the outward message takes longer, by draws of its own beside the latency's
    loss         each way is lost with the fault's share, drawn for (fault, attempt, way)
    partition    what is sent vanishes, either way; a cancellation, too
    unreachable  what a caller that cannot be reached sends vanishes, and what comes back to it

Loss and partition are of the way to the callee: what a switch of traffic sends elsewhere goes
around them. A link that nothing bends asks for none of this (`bent`).
"""

from simlab.core import DistributionSettings, Purpose, Sampler, Tag, root
from simlab.core.chance import child, uniform
from simlab.faults import Cut, Delay, LinkRule, Lose
from simlab.model.reference.requests import Attempt

TRY, PURPOSE = int(Tag.TRY), int(Tag.PURPOSE)
LOST_OUT, LOST_BACK = int(Purpose.LOST_OUT), int(Purpose.LOST_BACK)


class LinkBends:
    """The rules that faults have pushed onto one link."""

    def __init__(self) -> None:
        self.delays: list[tuple[Delay, Sampler, int]] = []
        self.losses: list[tuple[Lose, int]] = []
        self.cuts: list[Cut] = []

    def push(self, rule: LinkRule, place: int) -> None:
        """Put `rule` on; `place` is where its fault's chance starts from."""
        match rule:
            case Delay():
                self.delays.append((rule, _sampler(rule.add), offset_of(rule.key[0])))
            case Lose():
                self.losses.append((rule, place))
            case Cut():
                self.cuts.append(rule)

    def pop(self, rule: LinkRule) -> None:
        """Take `rule` off, and no other."""
        match rule:
            case Delay():
                self.delays = [entry for entry in self.delays if entry[0] != rule]
            case Lose():
                self.losses = [entry for entry in self.losses if entry[0] != rule]
            case Cut():
                self.cuts.remove(rule)

    @property
    def any(self) -> bool:
        """Return whether any rule is on."""
        return bool(self.delays or self.losses or self.cuts)

    def cut(self, attempt: Attempt) -> bool:
        """Return whether what `attempt` sends vanishes."""
        return bool(self.cuts) and attempt.split is None

    def send(self, attempt: Attempt) -> bool:
        """Do to an attempt what is to be done when it is sent; return whether it is lost."""
        number, site = attempt.request.number, attempt.site
        for _, sampler, offset in self.delays:
            attempt.out = attempt.out + sampler.draw(site.stream(Purpose.OUT), number, offset)
        lost = self.cut(attempt) or cut_off(attempt)
        for rule, place in self.losses if attempt.split is None else ():
            mine = child(place, TRY, site.place)
            occurrence = rule.key[1]
            if uniform(child(mine, PURPOSE, LOST_OUT), number, occurrence) < rule.share:
                lost = True
            if uniform(child(mine, PURPOSE, LOST_BACK), number, occurrence) < rule.share:
                attempt.lost_back = True
        return lost


def cut_off(attempt: Attempt) -> bool:
    """Return whether the caller of `attempt` is a replica that cannot be reached."""
    frame = attempt.call.frame
    return frame is not None and frame.attempt.replica.unreachable


def _sampler(law: DistributionSettings) -> Sampler:
    return law.sampler()


def offset_of(name: str) -> int:
    """Return where the draws of a delay fault named `name` begin, apart from the latency's own."""
    return (1 + root(0, 0, name) % 2047) << 20
