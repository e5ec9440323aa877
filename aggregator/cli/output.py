"""How commands speak: data to stdout, narration and errors to stderr, exit codes that tell."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from aggregator.errors import LeadlineError, StoreBusy, StoreError, TableError
from feeds.text import printable

if TYPE_CHECKING:
    from aggregator.core import Aggregator

OK, FAILED, USAGE, SOME_FAILED, NO_NETWORK, STORE, BUSY = 0, 1, 2, 3, 69, 74, 75
OWN_FAULT = 70
INTERRUPTED = 130

F = TypeVar("F", bound=Callable[..., Any])


def common(command: F) -> F:
    """The options that every command takes also after its name."""
    for option in (
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
        click.option("-v", "--verbose", count=True, help="Say more."),
        click.option("--db", metavar="FILE", help="Use this database instead of the configured one."),
        click.option("--config", metavar="FILE", help="Use this config file."),
    ):
        command = option(command)
    return command


def settle(ctx: click.Context, config: str | None, db: str | None, verbose: int, quiet: bool) -> dict[str, Any]:
    """The common options, those after the command before those of ``leadline`` itself."""
    options = dict(ctx.find_root().obj or {})
    options["config"] = config or options.get("config")
    options["db"] = db or options.get("db")
    options["verbosity"] = -1 if quiet else verbose or options.get("verbosity", 0)
    ctx.find_root().obj = options
    return options


def opened(ctx: click.Context, *, rep: str | None = None, **common_options: Any) -> Aggregator:
    """The Aggregator of the config and database that the options name; closed when the command ends.

    ``rep`` stands for the one of the config.
    """
    settle(ctx, **common_options)["rep"] = rep
    return reopened(ctx)


def reopened(ctx: click.Context) -> Aggregator:
    """The Aggregator that the settled options name, its config read now."""
    from aggregator import config
    from aggregator.core import Aggregator

    options = ctx.find_root().obj
    read = config.read(config.find(options["config"]), database=options["db"])
    aggregator = Aggregator.open(config.for_rep(read, options["rep"]) if options.get("rep") else read)
    ctx.call_on_close(aggregator.close)
    return aggregator


def verbosity() -> int:
    """-1 quiet, 0 normal, 1 and more verbose."""
    ctx = click.get_current_context(silent=True)
    return int((ctx.find_root().obj or {}).get("verbosity", 0)) if ctx else 0


def say(message: str, *, level: int = 0) -> None:
    """Narrate on stderr, unless quieter than ``level``."""
    if verbosity() >= level:
        click.echo(printable(message), err=True)


def data(text: str) -> None:
    """Write data to stdout, cleaned of whatever could steer a terminal."""
    click.echo(printable(text))


def as_json(value: Any, *, lines: bool = False) -> None:
    """Write a value to stdout as JSON: indented, or compact on one line."""
    from aggregator.digest.to_json import encoded

    click.echo(encoded(value, indent=0 if lines else 2))


def as_json_list(values: Iterable[Any]) -> None:
    """Write values to stdout as one JSON list, each as it comes: a million need no more memory than one."""
    from aggregator.digest.to_json import encoded

    opened_list = False
    for value in values:
        text = encoded(value, indent=2).replace("\n", "\n  ")
        click.echo(f"{',' if opened_list else '['}\n  {text}", nl=False)
        opened_list = True
    click.echo("\n]" if opened_list else "[]")


def as_jsonl(values: Iterable[Any]) -> None:
    """Write values to stdout as JSON, one on each line."""
    for value in values:
        as_json(value, lines=True)


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise click.exceptions.Exit(code)


class ReaderLeft(Exception):  # noqa: N818 - says what is; no failure
    """Whoever read our output has closed it; raised because click makes a failure of a BrokenPipeError."""


def guarded(run: Callable[[], Any]) -> NoReturn:
    """Run a command line and exit; what a user can mend becomes a plain message, never a traceback."""
    _bear_any_encoding()
    try:
        code = run()
        sys.stdout.flush()
    except LeadlineError as error:
        code = _told(error)
    except click.exceptions.Abort:
        code = INTERRUPTED
    except KeyboardInterrupt:
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = USAGE
    except click.exceptions.Exit as error:
        code = error.exit_code
    except (BrokenPipeError, ReaderLeft):
        code = _reader_left()
    except OSError as error:
        code = _os_error(error)
    except Exception as error:
        code = _own_fault(error)
    sys.exit(code if isinstance(code, int) else OK)


def _bear_any_encoding() -> None:
    """A sign that the user's encoding lacks becomes a question mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and "utf" not in stream.encoding.lower():
            stream.reconfigure(errors="replace")


def _told(error: LeadlineError) -> int:
    click.echo(f"leadline: {printable(str(error))}", err=True)
    if error.hint:
        click.echo(f"  hint: {printable(error.hint)}", err=True)
    if isinstance(error, TableError):
        return USAGE
    if isinstance(error, StoreBusy):
        return BUSY
    return STORE if isinstance(error, StoreError) else FAILED


def _own_fault(error: Exception) -> int:
    """A fault of leadline's own: one line for the user, and the traceback for whoever asks for it."""
    if os.environ.get("LEADLINE_DEBUG"):
        raise error
    click.echo(f"leadline: a fault of its own: {type(error).__name__}: {printable(str(error))[:300]}", err=True)
    click.echo("  hint: please report it; LEADLINE_DEBUG=1 shows where it happened", err=True)
    return OWN_FAULT


def _reader_left() -> int:
    """The reader of a pipe has left: nothing more to say, and nothing to complain of."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return OK


def _os_error(error: OSError) -> int:
    reason = {errno.ENOSPC: "the disk is full", errno.EROFS: "the file system is read-only"}.get(
        error.errno or 0, error.strerror or str(error)
    )
    click.echo(f"leadline: {printable(str(error.filename or 'input/output'))}: {reason}", err=True)
    return STORE if error.errno in (errno.ENOSPC, errno.EROFS, errno.EIO) else FAILED
