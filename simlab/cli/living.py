"""`simlab live`: a strategy decides on the wall clock, over processes on this machine.

Longer than most: `live_command` hands the words of the command line on, a line for each.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simlab.cli import options, printing
from simlab.cli.values import WrongError

if TYPE_CHECKING:
    from simlab.live.run import LiveRun
    from simlab.scenario import System
    from simlab.telemetry import Record

DEMO = "healing"  # The demonstration's own strategy.


@click.command("live")
@click.argument("strategy", required=False)
@click.option("--system", "file", default=None, metavar="FILE",
              help="How a scenario's services run: a file of schema simlab/system/v1.")  # fmt: skip
@click.option("--demo", is_flag=True, help="simlab's own demonstration, with its load and crash.")
@click.option("--shadow", is_flag=True, help="Decide and record, but do not act.")
@click.option("--for", "lasts", default=None, metavar="TIME",
              help="Stop after so long, e.g. 60s. [default: the scenario's duration with --load, "
                   "else until Ctrl-C]")  # fmt: skip
@click.option("--load/--no-load", default=None, help="Send the scenario's load. [default: no]")
@click.option("--faults/--no-faults", default=None,
              help="Have the scenario's crashes, with kill -9. [default: no]")  # fmt: skip
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE",
              help="Set a value of the scenario, e.g. services.web.replicas=4.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=options.SEED, show_default=True,
              help="Of all luck.")  # fmt: skip
@click.option("--out", default=options.RESULTS, show_default=True, metavar="DIR",
              help="Where records are kept, in a folder of their own.")  # fmt: skip
@click.option("--plot/--no-plot", default=True, help="Save a plot.")
@click.option("--quiet", is_flag=True, help="The answer alone: no notes.")
@click.option("--json", "as_json", is_flag=True,
              help="One JSON document on stdout, all else on stderr.")  # fmt: skip
def live_command(
    strategy: str | None,
    file: str | None,
    demo: bool,
    shadow: bool,
    lasts: str | None,
    load: bool | None,
    faults: bool | None,
    sets: tuple[str, ...],
    seed: int,
    out: str,
    plot: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run STRATEGY on the wall clock: the same loops, balancers, breakers and retries as simulated.

    STRATEGY is a name in the system's scenario, or a strategy file; without one nothing decides.
    There are local processes (each replica is one), behind simlab's own balancer on loopback.
    Not yet: Kubernetes, Prometheus, HAProxy, Envoy; switching traffic, cleaning up and quotas are
    refused, users that wait and faults other than crashes are told before anything starts.

    \b
    simlab live --demo
    simlab live hpa --system system.yaml --shadow --for 5m
    """
    from simlab.live.run import LiveRun, LiveSettings

    system = _system(file, sets, demo=demo)
    if demo and strategy is None:
        strategy = DEMO
    world = system.scenario.resolve(None if strategy is None else options.strategy(strategy))
    load, faults = (demo if one is None else one for one in (load, faults))
    where = options.directory(out, system.name)
    named = "none" if strategy is None else Path(strategy).stem
    run = LiveRun(
        LiveSettings(
            world=world,
            system=system.settings,
            seed=seed,
            shadow=shadow,
            load=load,
            faults=faults,
            duration=_duration(lasts, world.duration if load else None),
            out=where / "-".join(["live", named, *(["shadow"] if shadow else []), str(seed)]),
        )
    )
    record = _run(run, quiet=quiet)
    _tell(run, record, as_json=as_json)
    if plot:
        _plot(run, record, f"{system.name}, {named}, live, seed {seed}")
    printing.note(f"records: {run.asked.out}", quiet=quiet)
    if run.interrupted:
        raise KeyboardInterrupt("stopped; the processes are ended, the records are written")
    return int(run.failed > 0)


def _system(file: str | None, sets: tuple[str, ...], *, demo: bool) -> "System":
    from simlab.scenario import load_system

    if demo == (file is not None):
        raise WrongError("say either --system FILE or --demo")
    if file is None:
        import simlab.live

        file = str(Path(simlab.live.__file__).parent / "demo" / "system.yaml")
    return load_system(file, options.pairs(sets))


def _duration(text: str | None, usual: float | None) -> float | None:
    from simlab.scenario.kinds import parse

    if text is None:
        return usual
    try:
        found = parse("duration", text)
    except ValueError as error:
        raise WrongError(f"--for: {error}") from None
    if found <= 0:
        raise WrongError(f"--for must be positive, got {text}")
    return found


def _run(run: "LiveRun", *, quiet: bool) -> "Record":
    """Run, telling where to ask once it has begun."""
    import asyncio

    assert run.asked.out is not None, "the command line always writes"
    run.asked.out.mkdir(parents=True, exist_ok=True)

    def begun() -> None:
        for name, door in run.system.doors.items():
            at = f"http://{run.asked.system.host}:{door.port}/"
            printing.note(f"{name}: {at}", quiet=quiet)

    run.begun = begun
    return asyncio.run(run.run())


def _tell(run: "LiveRun", record: "Record", *, as_json: bool) -> None:
    """Tell what it came to, and keep it."""
    from simlab.live.keeping import plain
    from simlab.live.summary import summary_of, told, write_timeline

    found: dict[str, Any] = {**summary_of(record), "load_average": run.load_average}
    out = run.asked.out
    assert out is not None, "the command line always writes"
    document = json.dumps(plain(found), indent=1, allow_nan=False)
    (out / "summary.json").write_text(document + "\n", encoding="utf-8")
    write_timeline(record, out / "timeline.csv")
    click.echo(document if as_json else told(found))


def _plot(run: "LiveRun", record: "Record", title: str) -> None:
    from simlab.report import save, timeline

    if record.timeline and run.asked.out is not None:
        save(timeline(record, run.asked.world, title=title), run.asked.out / "timeline.png")
