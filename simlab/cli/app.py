"""The group of commands. Each is imported when it is called, so that `--help` is quick."""

import os
from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "run": ("running", "Run a scenario once: what it came to, and what happened over time."),
    "compare": ("comparing", "Compare strategies: how much better, and how sure."),
    "sweep": ("sweeping", "Compare strategies at every point of a grid of factors."),
    "whatif": ("whatif", "Ask what faults do under each strategy, and how they are met."),
    "train": ("training", "Train an agent: a policy and a strategy come out."),
    "evaluate": ("training", "Judge what was trained on held-out seeds, against others."),
    "check": ("checking", "Check files: errors, and what is legal but surely unmeant."),
    "schema": ("describing", "Print the JSON Schema of a kind of file."),
    "list": ("describing", "List controllers, faults, loads, measures, scenarios, ..."),
    "new": ("starting", "Write a small scenario and an experiment to begin with."),
    "live": ("living", "The same controllers on the wall clock, over local processes."),
    "results": ("results", "Look at what was found: list, show, export."),
}
NOT_YET = {
    "tune": "gains tuned, and checked on held-out seeds",
    "import": "scenarios made of what people have",
    "export": "strategies as the files that people deploy",
    "report": "one page of HTML",
    "verify": "stored runs run again and compared",
}


class Commands(click.Group):
    """A group whose commands are modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            module = import_module(f"simlab.cli.{COMMANDS[cmd_name][0]}")
            command: click.Command = getattr(module, f"{cmd_name}_command")
            return command
        return later(cmd_name) if cmd_name in NOT_YET else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from difflib import get_close_matches

            near = get_close_matches(args[0], [*COMMANDS, *NOT_YET], n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])
        with formatter.section("Not yet"):
            formatter.write_dl(list(NOT_YET.items()))


def later(name: str) -> click.Command:
    """Return a command that says that it is not there yet, whatever follows it."""

    @click.command(name, context_settings={"ignore_unknown_options": True}, add_help_option=False)
    @click.argument("words", nargs=-1, type=click.UNPROCESSED)
    def command(words: tuple[str, ...]) -> None:
        came = " ".join((name, *words))
        raise click.UsageError(f"not yet: `simlab {came}` ({NOT_YET[name]})")

    return command


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from simlab.study.host import version_of

        click.echo(f"simlab {version_of('simlab')}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
              help="Print the version.")  # fmt: skip
@click.pass_context
def app(ctx: click.Context) -> None:
    """What will these controllers do, before they touch production?

    \b
    simlab compare scenarios/first-look.yaml --replications 5
    simlab run scenarios/flash-crowd.yaml --strategy hpa
    simlab check scenarios/*.yaml

    Exit codes: 0 done; 1 a check failed that was asked for; 2 the files or words are wrong;
    130 interrupted.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False
