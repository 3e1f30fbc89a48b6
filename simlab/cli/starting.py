"""`simlab new`: a small scenario and an experiment to begin with."""

from collections.abc import Mapping
from pathlib import Path

import click

from simlab.cli.values import WrongError

SCENARIO = """\
schema: simlab/scenario/v1
name: shop
about: Two services, a rush of four minutes, and one replica that limps. Change what you like.
duration: 10m
warmup: 1m                        # requests before it are not counted
slo: {within: 300ms, objective: 99%}
cost: {core_hour: 0.04, bad_request: 0.0001}

services:
  web:
    replicas: 3                   # of one core each, unless it says `cores:`
    boot: 20s                     # from the decision to start one until it is ready
    operations:
      get:                        # what a request does, step by step
        - cpu: {dist: gamma, mean: 20ms, cv: 1}
        - call: db.read
  db:
    replicas: 2
    operations: {read: [{cpu: 3ms}, {wait: {dist: lognormal, mean: 8ms, p99: 60ms}}]}

links:                            # how callers treat those that they call
  all->all: {balancer: {kind: least_request}, timeout: 1s}

load:
  users:
    to: web.get
    shape:                        # added up
      - {kind: constant, rate: 40/s}
      - {kind: flash_crowd, at: 4m, peak: 100/s, rise: 1m, decay: 90s}

faults:
  limping: {kind: slow, target: web, replicas: 1, speed: 50%, at: 7m, lasts: 1m}

telemetry: {scrape: 15s, window: 60s}   # what controllers see, and how late

strategies:                       # what is compared
  static: {}
  hpa:
    loops:
      web:
        kind: hpa                 # Kubernetes' autoscaler, with the fields of autoscaling/v2
        target: web
        minReplicas: 2
        maxReplicas: 10
        metrics:
          - type: Resource
            resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}
"""

EXPERIMENT = """\
schema: simlab/experiment/v1
name: shop-first-comparison
kind: compare
scenarios: [shop.yaml]            # relative to this file
strategies: [static, hpa]
replications: 10                  # of each; all strategies meet the same luck
seed: 1
measures: [cost, bad_share, latency_p99, replica_hours]   # the first decides who is best
"""


@click.command("new")
@click.argument("directory", type=click.Path())
def new_command(directory: str) -> None:
    """Write a scenario and an experiment into DIRECTORY; nothing there is overwritten.

    \b
    simlab new mine && simlab compare mine/shop-first-comparison.yaml
    """
    top = Path(directory)
    files = {
        top / "shop.yaml": SCENARIO,
        top / "shop-first-comparison.yaml": EXPERIMENT,
    }
    there = [str(path) for path in files if path.exists()]
    if there:
        raise WrongError(f"{', '.join(there)}: is there already, and would be overwritten")
    try:
        top.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise WrongError(f"{directory}: cannot be a directory: {why}") from None
    _write(files)
    for path in files:
        click.echo(str(path))
    click.echo(f"next: simlab compare {top / 'shop-first-comparison.yaml'}")


def _write(files: Mapping[Path, str]) -> None:
    """Write all files, or none."""
    from simlab.study.files import written

    done: list[Path] = []
    try:
        for path, text in files.items():
            with written(path) as aside:
                aside.write_text(text, encoding="utf-8")
            done.append(path)
    except BaseException:
        for path in done:
            path.unlink()
        raise
