"""Secret references in; values out, at the last moment: ``env:``, ``file:``, ``cmd:``, ``keyring:SERVICE/NAME``."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from feeds.errors import FetchError

PREFIXES = ("env:", "file:", "cmd:", "keyring:")
MAX_SECRET = 10_000
COMMAND_SECONDS = 15.0


def is_reference(value: str) -> bool:
    """Whether the value refers to a secret instead of being one."""
    return value.startswith(PREFIXES)


def resolve(value: str) -> str:
    """The secret that the value refers to (this may block); any other value as it is.

    FetchError("secret") says which reference failed, and never what a secret is. A command is run by its
    argument vector, without a shell; of its output the first line counts.
    """
    kind, colon, rest = value.partition(":")
    if not is_reference(value) or not colon:
        return value
    sources = {"env": _from_environment, "file": _from_file, "cmd": _from_command, "keyring": _from_keyring}
    secret = sources[kind](rest.strip())
    if not secret or len(secret) > MAX_SECRET or any(ord(sign) < 32 for sign in secret):
        raise FetchError("secret", f"the secret that {kind}: names is empty or not one line of text")
    return secret


def _from_environment(name: str) -> str:
    try:
        return os.environ[name].strip()
    except (KeyError, ValueError):
        raise FetchError("secret", f"the environment variable {_shown(name)} is not set") from None


def _from_file(path: str) -> str:
    try:
        with Path(path).expanduser().open(encoding="utf-8") as file:
            return file.read(MAX_SECRET + 2).strip()
    except (OSError, ValueError, RuntimeError):
        raise FetchError("secret", f"the secret file {_shown(path)} cannot be read") from None


def _from_command(command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own config names the command
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=COMMAND_SECONDS,
        )
        return (done.stdout.decode().splitlines() or [""])[0].strip()
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        raise FetchError("secret", "the command that should print a secret failed") from None


def _from_keyring(name: str) -> str:
    service, slash, user = name.partition("/")
    if not service or not slash or not user:
        raise FetchError("secret", 'a secret in the keyring is named "keyring:SERVICE/NAME"')
    try:
        import keyring
    except ImportError:
        message = "secrets in the keyring need the extra `keyring`: pip install 'leadline[keyring]'"
        raise FetchError("secret", message) from None
    try:
        found: str | None = keyring.get_password(service, user)
    except Exception:
        raise FetchError("secret", "the system's keyring could not be asked") from None
    if found is None:
        raise FetchError("secret", f"the keyring has no secret {_shown(name)}")
    return found.strip()


def _shown(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text[:100])
