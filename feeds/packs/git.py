"""Packs from git: one shallow, bare clone without hooks, submodules or checkout; files are read as plain blobs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from feeds.packs.errors import PackError, PackRefused

PROTOCOLS = ("https", "ssh", "file")
TIMEOUT = 60.0
"""Seconds for the clone; reading from it gets less."""
MAX_LISTING = 2_000_000
_OWN_SSH = ("GIT_SSH", "GIT_SSH_COMMAND")
"""How the user reaches his own git hosts; no other setting of his shell reaches git."""
_PLAIN = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class GitPlace:
    """One folder of the newest commit of a repository."""

    clone: Path
    blobs: dict[str, tuple[str, int]]
    """File name → blob and its size."""

    def read(self, name: str, most: int) -> bytes | None:
        """The bytes of a file; None if there is none. Raises PackRefused for more than ``most`` bytes."""
        if name not in self.blobs:
            return None
        blob, size = self.blobs[name]
        if size > most:
            raise PackRefused(f"{name} is larger than {most / 1e6:g} MB")
        return _git(["cat-file", "blob", blob], self.clone)


@contextmanager
def cloned(origin: str) -> Iterator[GitPlace]:
    """A repository (``git+https://…``, ``….git``, ``user@host:path``, with ``#folder``), while this lasts."""
    url, _, folder = origin.removeprefix("git+").partition("#")
    _check(url, folder)
    if "://" not in url and Path(url).expanduser().exists():
        url = Path(url).expanduser().resolve().as_uri()  # a plain path would be copied, not fetched
    with tempfile.TemporaryDirectory(prefix="leadline-git-") as scratch:
        clone = Path(scratch, "clone")
        _git(
            [
                "clone",
                "--quiet",
                "--bare",
                "--depth=1",
                "--single-branch",
                "--no-tags",
                "--template=",
                "--",
                url,
                str(clone),
            ],
            Path(scratch),
            TIMEOUT,
        )
        yield GitPlace(clone, _blobs(clone, folder))


def _check(url: str, folder: str) -> None:
    scheme = url.partition("://")[0] if "://" in url else "ssh" if re.match(r"[\w.-]+@[\w.-]+:", url) else "file"
    if scheme not in PROTOCOLS:
        raise PackRefused(f"git over {scheme[:20]!r} is not used", hint=f"allowed: {', '.join(PROTOCOLS)}")
    if url.startswith("-") or re.search(r"[\x00-\x20\x7f]", url) or re.search(r"://-|@-|::", url):
        raise PackRefused("the address of the repository holds what no address needs")
    if re.search(r"://[^/@]*:[^/@]*@", url):
        raise PackRefused("the address carries a password", hint="use ssh, or git's credential helper")
    if folder and not re.fullmatch(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*", folder):
        raise PackRefused(f"{folder[:60]!r} is no folder in a repository")


def _blobs(clone: Path, folder: str) -> dict[str, tuple[str, int]]:
    path = [f"{folder}/"] if folder else []
    listing = _git(["ls-tree", "-l", "-z", "HEAD", "--", *path], clone)
    if len(listing) > MAX_LISTING:
        raise PackRefused("the folder in the repository holds too many files")
    found = {}
    for line in listing.decode("utf-8", "replace").split("\0"):
        meta, _, name = line.partition("\t")
        words = meta.split()
        if len(words) == 4 and words[0] in _PLAIN and words[1] == "blob":
            found[name.rpartition("/")[2]] = (words[2], int(words[3]))
        elif len(words) == 4 and name.rpartition("/")[2].endswith((".toml", ".json", ".leadpack")):
            raise PackRefused(f"{name[:60]!r} in the repository is no plain file")
    return found


def _git(arguments: list[str], folder: Path, timeout: float = 20.0) -> bytes:
    program = shutil.which("git")
    if program is None:
        raise PackError("git is not installed", hint="install git, or have the pack as a file or from a web server")
    settings = ["protocol.allow=never", *(f"protocol.{each}.allow=always" for each in PROTOCOLS)]
    settings += [
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "fetch.fsckObjects=true",
        "submodule.recurse=false",
    ]
    options = [word for each in settings for word in ("-c", each)]
    quiet = {
        "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS), "GIT_ASKPASS": "",
        "GIT_LFS_SKIP_SMUDGE": "1", "SSH_ASKPASS_REQUIRE": "never",
    }  # fmt: skip
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _OWN_SSH}
    try:
        ran = subprocess.run(  # noqa: S603 - no shell; the only foreign words stand after "--"
            [program, *options, *arguments], cwd=folder, env={**inherited, **quiet},
            stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise PackError(f"git did not end within {timeout:g} s") from None
    except OSError as error:
        raise PackError(f"git cannot be run: {error.strerror}") from None
    if ran.returncode != 0:
        told = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        raise PackError(f"git: {re.sub(r'[^ -~]', '?', told[-1])[:300] if told else 'failed'}")
    return ran.stdout
