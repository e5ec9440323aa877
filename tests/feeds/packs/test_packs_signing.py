"""Signatures: by whom, for what, until when."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.packs.errors import PackError, PackRefused
from feeds.packs.signing import read_key, sign, signer_of, verify
from tests.packing import make_key, needs_ssh

MESSAGE = b"digest  pack.toml\n"


@needs_ssh
def test_a_signature_says_whose_it_is_and_holds(tmp_path: Path) -> None:
    """The key in it is the public half, and OpenSSH agrees."""
    key = make_key(tmp_path)
    signature = sign(MESSAGE, key)
    signer = signer_of(signature)

    verify(MESSAGE, signature, signer)
    assert signer == read_key(key.with_suffix(".pub").read_text("utf-8"))
    listed = subprocess.run(["ssh-keygen", "-lf", f"{key}.pub"], capture_output=True, text=True, check=True)
    assert signer.fingerprint in listed.stdout


@needs_ssh
def test_another_message_or_key_does_not_hold(tmp_path: Path) -> None:
    """Each is refused."""
    signature = sign(MESSAGE, make_key(tmp_path))
    other = signer_of(sign(MESSAGE, make_key(tmp_path, "other")))

    with pytest.raises(PackRefused, match="not good"):
        verify(b"another\n", signature, signer_of(signature))
    with pytest.raises(PackRefused, match="not good"):
        verify(MESSAGE, signature, other)


@needs_ssh
def test_a_signature_for_something_else_is_no_pack_s(tmp_path: Path) -> None:
    """The namespace keeps a signed mail or commit from counting."""
    key = make_key(tmp_path)
    made = subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", "git"], input=MESSAGE, capture_output=True, check=True
    )

    with pytest.raises(PackRefused, match="made for 'git'"):
        signer_of(made.stdout)


@needs_ssh
def test_a_key_past_its_day_does_not_count(tmp_path: Path) -> None:
    """Who trusted it until a day is told so."""
    signature = sign(MESSAGE, make_key(tmp_path))
    signer = signer_of(signature)

    verify(MESSAGE, signature, signer, date(2090, 1, 1))
    with pytest.raises(PackRefused, match="until 2020-01-01 only"):
        verify(MESSAGE, signature, signer, date(2020, 1, 1))


def test_without_openssh_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not that a file was not found."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PackError, match="ssh-keygen is not installed") as failed:
        sign(MESSAGE, tmp_path / "key")
    assert "openssh-client" in failed.value.hint


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda b: b"-----BEGIN SSH SIGNATURE-----\n" + b))
def test_arbitrary_bytes_are_no_signature(raw: bytes) -> None:
    """Refused, whatever they are."""
    with pytest.raises(PackRefused):
        signer_of(raw)


@given(st.text(max_size=100))
def test_arbitrary_text_is_no_key(text: str) -> None:
    """A line that could add options to the list of allowed signers is none."""
    with pytest.raises(PackError):
        read_key(text)


def test_a_key_s_line_cannot_carry_options() -> None:
    """It goes into a file that OpenSSH reads by lines."""
    key = "AAAAC3NzaC1lZDI1NTE5AAAAICRX+YcOqAFc8iAU3RjTCRV70Zudk7AQeoNz9hs+qo70"

    assert read_key(f"ssh-ed25519 {key} me@here\n* cert-authority ssh-ed25519 {key}").key == f"ssh-ed25519 {key}"
    with pytest.raises(PackError):
        read_key(f"* ssh-ed25519 {key}")
    with pytest.raises(PackError):
        read_key(f"ssh-rsa {key}")
