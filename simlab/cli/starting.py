"""`simlab new`: a small scenario and an experiment to begin with."""

from pathlib import Path

import click

from simlab.core.errors import UserError

SCENARIO = """\
schema: simlab/scenario/v1
name: {name}
about: Two services, a rush at noon, and one slow replica. Change what you like.
duration: 10m
warmup: 1m
slo: {{within: 300ms, objective: 99%}}
cost: {{core_hour: 0.04, bad_request: 0.0001}}

services:
  web:                            # three replicas of one core each
    replicas: 3
    boot: 20s                     # from the decision to start one until it is ready
    operations: {{get: [{{cpu: {{dist: gamma, mean: 20ms, cv: 1}}}}, {{call: db.read}}]}}
  db:
    replicas: 2
    operations: {{read: [{{cpu: 3ms}}, {{wait: {{dist: lognormal, mean: 8ms, p99: 60ms}}}}]}}

links:
  all->all: {{balancer: {{kind: least_request}}, timeout: 1s}}

load:
  users:
    to: web.get
    shape:
      - {{kind: constant, rate: 40/s}}
      - {{kind: flash_crowd, at: 4m, peak: 100/s, rise: 1m, decay: 90s}}

faults:
  limping: {{kind: slow, target: web, replicas: 1, speed: 50%, at: 7m, lasts: 1m}}

telemetry: {{scrape: 15s, window: 60s}}

strategies:
  static: {{}}
  hpa:
    loops:
      web:
        kind: hpa
        target: web
        minReplicas: 2
        maxReplicas: 10
        metrics:
          - type: Resource
            resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 60}}}}
"""

EXPERIMENT = """\
schema: simlab/experiment/v1
name: {name}-first-comparison
kind: compare
scenarios: [{name}.yaml]
strategies: [static, hpa]
replications: 10
seed: 1
measures: [cost, bad_share, latency_p99, replica_hours]
"""


@click.command("new")
@click.argument("directory", type=click.Path())
def new_command(directory: str) -> None:
    """Write a scenario and an experiment into DIRECTORY; nothing there is overwritten.

    \b
    simlab new mine && simlab compare mine/shop.yaml
    """
    top = Path(directory)
    files = {
        top / "shop.yaml": SCENARIO.format(name="shop"),
        top / "shop-first-comparison.yaml": EXPERIMENT.format(name="shop"),
    }
    there = [str(path) for path in files if path.exists()]
    if there:
        raise UserError(f"{', '.join(there)}: is there already, and would be overwritten")
    try:
        top.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            aside = path.with_name(f".{path.name}.part")
            aside.write_text(text, encoding="utf-8")
            aside.replace(path)
    except OSError as error:
        raise UserError(f"{directory}: cannot be written: {error.strerror}") from None
    for path in files:
        click.echo(str(path))
    click.echo(f"next: simlab compare {top / 'shop.yaml'}")
