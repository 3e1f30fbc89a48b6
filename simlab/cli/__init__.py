"""The command line: a thin face over `study`, `scenario` and `report`.

Rule 1: nothing heavy is imported before a command runs. Rule 2: what the user can mend is lines
that begin `simlab:`, and exit code 2, never a traceback; it is found before anything is run or
written. Rule 3: with `--json` exactly one document goes to stdout, and everything else to stderr.

    app                        the group of commands; each is imported when it is called
    running, comparing, ...    a command each
    asking                     what a command line and a file ask together
    options, values            words of the command line, and what they become
    printing, progress         how a terminal looks
"""

import os
import sys
from collections.abc import Sequence

FAILED, WRONG, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 a check failed, 2 wrong input, 130 stopped."""
    try:
        code = _code(sys.argv[1:] if arguments is None else arguments)
    except BrokenPipeError:
        _nobody_reads()
        code = 0
    sys.exit(code)


def _code(arguments: Sequence[str]) -> int:
    """Return the exit code. Click's own `main` is not asked: it has other ideas of how to end."""
    import click

    from simlab.cli.app import app

    try:
        with app.make_context("simlab", list(arguments)) as context:
            outcome = app.invoke(context)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ValueError as error:
        return _told(error)
    except RuntimeError as error:
        return _failed(error)
    except KeyboardInterrupt as stop:
        _say(str(stop) or "stopped")
        return INTERRUPTED
    return outcome if isinstance(outcome, int) else 0


def _told(error: ValueError) -> int:
    """Tell a mistake of the user's; one of ours is raised again."""
    from simlab.core import UserError  # Here, since it brings numpy along.

    if not isinstance(error, UserError):
        raise error
    _say(str(error))
    return WRONG


def _failed(error: RuntimeError) -> int:
    """Tell of runs that raised: their traceback is in the message, ours says nothing."""
    from simlab.study import RunFailedError

    if not isinstance(error, RunFailedError):
        raise error
    _say(str(error))
    return FAILED


def _say(message: str) -> None:
    import click

    for line in message.splitlines():
        click.echo(f"simlab: {line}", err=True)


def _nobody_reads() -> None:
    """Have what is still to be written go nowhere, so that Python does not complain in the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
