"""Find the least fixed number of replicas that is good enough, for the strategy `static`.

    python experiments/find_static.py [scenarios/flash-crowd.yaml] [--from 2] [--to 8]
        [--replications 20] [--seed 2] [--jobs 2] [--set PATH=VALUE]

The least count whose upper 95 % bound of the mean bad share is at most 1 - objective, on other
seeds than the comparison's; where no count meets it, the least that is not distinguishable from
one more (paired, on bad_share). All else is as filed. Runs are kept in --out and not run again.
"""

import argparse
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import simlab
from simlab.core import UserError
from simlab.scenario import Scenario, Strategy, split_argument

STRATEGY = """\
schema: simlab/strategy/v1
name: {service}-{count}
services: {{{service}: {{replicas: {count}}}}}
"""
MEASURES = ("bad_share",)


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
    return parser.parse_args()


def fixed(service: str, counts: range) -> list[Strategy]:
    """Return a strategy for each count, read from a file as any other."""
    with TemporaryDirectory() as folder:
        found = []
        for count in counts:
            path = Path(folder, f"{service}-{count}.yaml")
            path.write_text(STRATEGY.format(service=service, count=count), encoding="utf-8")
            found.append(simlab.load_strategy(path))
    return found


class Search:
    """Compares counts one by one, from the least on."""

    def __init__(self, scenario: Scenario, words: argparse.Namespace) -> None:
        self.scenario, self.words = scenario, words
        slo = scenario.resolve(None).slo
        if slo is None:
            raise UserError(f"{words.scenario}: has no slo, so nothing is good enough")
        self.bound = 1.0 - slo.objective

    def compare(self, strategies: list[Strategy]) -> simlab.Comparison:
        words = self.words
        return simlab.compare(
            self.scenario,
            strategies,
            replications=words.replications,
            seed=words.seed,
            measures=MEASURES,
            jobs=words.jobs,
            store=words.out,
        )

    def run(self) -> str:
        """Return the answer in words; print a row for each count on the way."""
        words = self.words
        strategies = fixed(words.service, range(words.least, words.most + 1))
        print(f"bound on the mean bad_share: {self.bound:.4%}")
        for count, strategy in enumerate(strategies, words.least):
            row = self.compare([strategy]).estimates[strategy.name]
            bad, cost = row["bad_share"], row["cost"]
            high = bad.mean if bad.high is None else bad.high
            what = f"{words.service} {count}: bad_share {bad.mean:.4%} up to {high:.4%}"
            print(f"{what}, cost {cost.mean:.4f}", flush=True)
            if high <= self.bound:
                return f"{count}: the least count whose upper 95 % bound meets the objective"
        for count, pair in enumerate(pairwise(strategies), words.least):
            seen = self.compare(list(pair)).found[0]
            print(f"{words.service} {count} and {count + 1}: {seen.verdict} on {seen.measure}")
            if seen.verdict in ("not distinguishable", "identical", "better"):
                return (
                    f"{count}: no count meets the objective, and this is the least that is not"
                    " worse than one more"
                )
        return "none: each count is worse than one more; raise --to"


def main() -> None:
    words = arguments()
    sets = [split_argument(one) for one in words.sets]
    try:
        print(Search(simlab.load(words.scenario, sets=sets), words).run())
    except UserError as error:
        raise SystemExit(f"find_static: {error}") from None


if __name__ == "__main__":
    main()
