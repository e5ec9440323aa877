"""A story handed to a program of the rep's: an argument vector, no shell; time and output bounded."""

from __future__ import annotations

import asyncio
import contextlib
import shlex

from aggregator.errors import LeadlineError
from feeds.text import printable

SECONDS = 30.0
MOST_BYTES = 200_000


def arguments(typed: str) -> list[str]:
    """What was typed as program and arguments. Raises LeadlineError where a quote is left open."""
    try:
        found = shlex.split(typed)
    except ValueError as error:
        raise LeadlineError(f"cannot read {typed!r}: {error}", hint="quote with \" or '") from None
    if not found:
        raise LeadlineError("no program was named", hint="jq .title")
    return found


async def run(argv: list[str], text: str, seconds: float = SECONDS) -> tuple[int, str]:
    """Run a program with a text as its input; its exit code and what it wrote. Raises LeadlineError."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise LeadlineError(f"{argv[0]} could not be started: {reason}") from None
    try:
        out, _ = await asyncio.wait_for(process.communicate(text.encode("utf-8", "replace")), seconds)
    except TimeoutError:
        raise LeadlineError(f"{argv[0]} did not end within {seconds:.0f} seconds and was stopped") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return process.returncode or 0, printable(out[:MOST_BYTES].decode("utf-8", "replace"))
