"""Signatures by OpenSSH (``ssh-keygen -Y``), with the key that a manager already has; verified before parsing."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from feeds.packs.errors import PackError, PackRefused

NAMESPACE = "leadline-pack"
"""Keeps a signature for a pack from counting for anything else, and others from counting for a pack."""
MAX_SIGNATURE = 20_000
TIMEOUT = 120.0
"""Seconds for signing: a passphrase or a touch of a key may be asked for. Verifying gets a quarter."""
_KEY = re.compile(r"^((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,3})(?: .*)?$")
_WHO = "publisher"


@dataclass(frozen=True, slots=True)
class Signer:
    """The public key that signed a pack."""

    key: str
    """As a line of OpenSSH writes it, without comment: ``ssh-ed25519 AAAA…``."""

    @property
    def fingerprint(self) -> str:
        """As ``ssh-keygen -l`` shows it: ``SHA256:…``."""
        digest = hashlib.sha256(base64.b64decode(self.key.partition(" ")[2])).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def read_key(text: str) -> Signer:
    """The key in a line of a ``.pub`` file. Raises PackError."""
    line = next((each.strip() for each in text.splitlines() if each.strip() and not each.startswith("#")), "")
    found = _KEY.match(line)
    try:
        if found and _first(base64.b64decode(found[2], validate=True))[0].decode() == found[1]:
            return Signer(f"{found[1]} {found[2]}")
    except (ValueError, struct.error):
        pass
    raise PackError("this is no public key of OpenSSH", hint='it is one line: "ssh-ed25519 AAAA… comment"')


def sign(message: bytes, key: Path) -> bytes:
    """A signature by a private key's file, or by ssh-agent where the ``.pub`` file is named. Raises PackError."""
    ran = _run(["-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE], message, TIMEOUT)
    if ran.returncode != 0 or b"BEGIN SSH SIGNATURE" not in ran.stdout:
        raise PackError(f"{key}: did not sign: {_said(ran)}", hint="name your private key, like ~/.ssh/id_ed25519")
    return ran.stdout


def signer_of(signature: bytes) -> Signer:
    """Whose key a signature claims to be by; proves nothing before ``verify``. Raises PackRefused."""
    try:
        if len(signature) > MAX_SIGNATURE:
            raise ValueError
        armour = re.fullmatch(
            rb"-----BEGIN SSH SIGNATURE-----\s([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----\s*", signature
        )
        blob = base64.b64decode(b"".join(armour[1].split()), validate=True) if armour else b""
        if blob[:6] != b"SSHSIG":
            raise ValueError
        key, rest = _first(blob[10:])
        namespace = _first(rest)[0]
        kind = _first(key)[0].decode("ascii")
    except (ValueError, struct.error, binascii.Error):
        raise PackRefused("the signature cannot be read") from None
    if namespace != NAMESPACE.encode():
        told = re.sub(r"[^ -~]", "?", namespace[:40].decode("latin-1"))
        raise PackRefused(f"the signature was made for {told!r}, not for a pack of leadline")
    return read_key(f"{kind} {base64.b64encode(key).decode()}")


def verify(message: bytes, signature: bytes, signer: Signer, until: date | None = None) -> None:
    """Raise PackRefused unless ``signer`` signed the message as a pack, and his key is not past ``until``."""
    valid = f',valid-before="{until:%Y%m%d}"' if until else ""
    with tempfile.TemporaryDirectory(prefix="leadline-") as folder:
        allowed, signed = Path(folder, "allowed"), Path(folder, "signature")
        allowed.write_text(f'{_WHO} namespaces="{NAMESPACE}"{valid} {signer.key}\n', encoding="ascii")
        signed.write_bytes(signature)
        ran = _run(
            ["-Y", "verify", "-f", str(allowed), "-I", _WHO, "-n", NAMESPACE, "-s", str(signed)], message, TIMEOUT / 4
        )
    if ran.returncode != 0:
        if until and until <= date.today():  # noqa: DTZ011 - ssh-keygen reads the day in local time too
            raise PackRefused(f"the key {signer.fingerprint} was trusted until {until} only")
        raise PackRefused(f"the signature is not good: {_said(ran)}")


def _run(arguments: list[str], message: bytes, timeout: float) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise PackError(
            "ssh-keygen is not installed, and signatures of packs need it",
            hint="install OpenSSH (Debian: apt install openssh-client; Windows: the optional feature OpenSSH Client)",
        )
    try:
        return subprocess.run(  # noqa: S603 - no shell, a fixed program, arguments of ours
            [program, *arguments], input=message, capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise PackError(f"ssh-keygen did not answer within {timeout:g} s") from None
    except OSError as error:
        raise PackError(f"ssh-keygen cannot be run: {error.strerror}") from None


def _first(blob: bytes) -> tuple[bytes, bytes]:
    """The first string of an SSH structure, and what follows it."""
    (length,) = struct.unpack(">I", blob[:4])
    if len(blob) < 4 + length:
        raise ValueError("cut off")
    return blob[4 : 4 + length], blob[4 + length :]


def _said(ran: subprocess.CompletedProcess[bytes]) -> str:
    told = (ran.stderr or ran.stdout).decode("utf-8", "replace").strip().splitlines()
    return re.sub(r"[^ -~]", "?", told[-1])[:200] if told else f"exit code {ran.returncode}"
