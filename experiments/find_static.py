"""Find the least fixed number of replicas that is good enough, for the strategy `static`.

    python experiments/find_static.py [scenarios/flash-crowd.yaml] [--service web] [--from 2]
        [--to 8] [--replications 20] [--seed 2] [--jobs 2] [--set PATH=VALUE]

Rule 1: the least count whose upper 95 % bound of the mean bad share is at most 1 - objective.
Rule 2, where no count meets it: the least that is not worse on bad_share than one more (paired,
the verdict of `simlab compare` for that pair alone).

All else is as filed. The seed is another than the comparison's, so that the count is not chosen by
the luck that it is judged by. Counts are tried from the least on, and no more than it takes. Runs
are kept in --out: what is done is not done again, also after an interruption.
"""

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import simlab
from simlab.core import UserError
from simlab.scenario import Scenario, Strategy, split_argument
from simlab.study.statistics import Estimate

BASE = "static"
STRATEGY = """\
schema: simlab/strategy/v1
name: {service}-{count}
extends: {base}
services: {{{service}: {{replicas: {count}}}}}
"""
MEASURES = ("bad_share", "cost")
HEAD = f"{'replicas':>8}  {'bad_share [95 % interval]':>36}  {'cost [95 % interval]':>34}"
ENOUGH = ("not distinguishable", "identical", "better")  # What a may be against one more.


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Find the least static count that will do.")
    parser.add_argument("scenario", nargs="?", default="scenarios/flash-crowd.yaml")
    parser.add_argument("--service", default="web")
    parser.add_argument("--from", dest="least", type=int, default=2)
    parser.add_argument("--to", dest="most", type=int, default=8)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", default="results/find-static")
    parser.add_argument("--set", dest="sets", action="append", default=[])
    words = parser.parse_args()
    if words.least > words.most:
        parser.error(f"--from {words.least} is above --to {words.most}")
    if words.replications < 2:
        parser.error("--replications must be 2 or more: one run has no interval")
    return words


def fixed(service: str, counts: Sequence[int]) -> list[Strategy]:
    """Return a strategy for each count, read from a file as any other."""
    with TemporaryDirectory() as folder:
        found = []
        for count in counts:
            path = Path(folder, f"{service}-{count}.yaml")
            text = STRATEGY.format(service=service, count=count, base=BASE)
            path.write_text(text, encoding="utf-8")
            found.append(simlab.load_strategy(path))
    return found


def told(estimate: Estimate, form: str) -> str:
    """Return a mean with its interval; there are two runs or more, so it has one."""
    low, high = estimate.low, estimate.high
    return f"{estimate.mean:{form}} [{low:{form}}, {high:{form}}]"


class Search:
    """Tries counts one by one, from the least on."""

    def __init__(self, scenario: Scenario, words: argparse.Namespace) -> None:
        self.scenario, self.words = scenario, words
        slo = scenario.resolve(BASE).slo
        if slo is None:
            raise UserError(f"{words.scenario}: has no slo, so nothing is good enough")
        self.objective = slo.objective
        self.counts = range(words.least, words.most + 1)

    def compare(self, strategies: Sequence[Strategy], *measures: str) -> simlab.Comparison:
        words = self.words
        return simlab.compare(
            self.scenario,
            strategies,
            replications=words.replications,
            seed=words.seed,
            measures=measures,
            jobs=words.jobs,
            store=words.out,
        )

    def run(self) -> str:
        """Print a row for each count on the way; return the answer and the rule that decided."""
        bound = 1.0 - self.objective
        print(f"upper bound of the mean bad_share to be met: {bound:.4%}\n{HEAD}", flush=True)
        strategies = fixed(self.words.service, self.counts)
        tried = self._meeting(strategies, bound)
        if tried is not None:
            return f"{tried}: rule 1, the least count whose upper bound is at most {bound:.4%}"
        found = self._as_good(strategies)
        if found is not None:
            return (
                f"{found}: rule 2, no count up to {self.words.most} meets {bound:.4%}, and this is"
                " the least that is not worse than one more"
            )
        return f"none: rule 2 finds each count up to {self.words.most} worse than one more"

    def _meeting(self, strategies: Sequence[Strategy], bound: float) -> int | None:
        for count, strategy in zip(self.counts, strategies, strict=True):
            row = self.compare(strategies[: count - self.counts[0] + 1], *MEASURES).estimates
            bad, cost = (row[strategy.name][measure] for measure in MEASURES)
            assert bad.high is not None
            print(f"{count:>8}  {told(bad, '.4%'):>36}  {told(cost, '.5f'):>34}", flush=True)
            if bad.high <= bound:
                return count
        return None

    def _as_good(self, strategies: Sequence[Strategy]) -> int | None:
        for count, pair in zip(self.counts, pairwise(strategies), strict=False):
            seen = self.compare(pair, "bad_share").found[0]
            print(f"{count} against {count + 1}: {seen.verdict} on bad_share", flush=True)
            if seen.verdict in ENOUGH:
                return count
        return None


def main() -> None:
    words = arguments()
    try:
        sets = [split_argument(one) for one in words.sets]
        print(Search(simlab.load(words.scenario, sets=sets), words).run())
    except UserError as error:
        raise SystemExit(f"find_static: {error}") from None


if __name__ == "__main__":
    main()
