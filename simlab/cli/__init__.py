"""The command line: a thin face over `study`, `scenario` and `report`.

Rule 1: nothing heavy is imported before a command runs. Rule 2: what the user can mend is one
message and exit code 2, never a traceback. Rule 3: with `--json` exactly one document goes to
stdout, and everything else to stderr.
"""

import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130
WRONG = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 a check failed, 2 wrong input, 130 stopped."""
    sys.exit(_code(arguments))


def _code(arguments: Sequence[str] | None) -> int:
    import click

    from simlab.cli.app import app

    try:
        outcome = app.main(args=arguments, prog_name="simlab", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ValueError as error:
        from simlab.core import UserError  # Here, since it brings numpy along.

        if not isinstance(error, UserError):
            raise
        click.echo(f"simlab: {error}", err=True)
        return WRONG
    except (KeyboardInterrupt, click.Abort):
        click.echo("simlab: stopped; what was finished is kept", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Nobody reads any more.
        return 0
    return outcome if isinstance(outcome, int) else 0
