"""Secret references: what they resolve to, and that no failure shows a secret."""

from __future__ import annotations

import shlex
import sys
import types
from pathlib import Path

import pytest

from feeds.errors import FetchError
from feeds.secrets import is_reference, resolve


def command(code: str) -> str:
    """A reference to what a Python snippet prints."""
    return f"cmd:{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def test_each_kind_of_reference_resolves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Surrounding white space goes; of a command's output the first line counts."""
    monkeypatch.setenv("TOKEN", " Bearer abc ")
    (tmp_path / "token").write_text("Bearer abc\n")
    assert resolve("env:TOKEN") == resolve(f"file:{tmp_path / 'token'}") == "Bearer abc"
    assert resolve(command("print('Bearer abc\\nlogin: x')")) == "Bearer abc"


@pytest.mark.parametrize("value", ["plain", "", "https://example.org", "Bearer env:X", "ENV:X"])
def test_other_values_are_themselves(value: str) -> None:
    """Only the three prefixes refer."""
    assert not is_reference(value)
    assert resolve(value) == value


@pytest.mark.parametrize(
    "reference",
    [
        *(
            "env:",
            "env:NO_SUCH_VARIABLE",
            "env:A=B",
            "env:\0",
            "file:",
            "file:/no/such/file",
            "file:\0",
            "file:/",
        ),
        *("cmd:", "cmd:no-such-command-anywhere", "cmd:'", command("raise SystemExit(1)"), command("pass")),
        *("env:EMPTY", "env:TWO_LINES", "env:HUGE"),
    ],
)
def test_a_failing_reference_is_one_kind_of_error(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And its words act on no terminal."""
    for name, value in (("EMPTY", " "), ("TWO_LINES", "s3cret\ns3cret"), ("HUGE", "s3cret" * 9000)):
        monkeypatch.setenv(name, value)
    with pytest.raises(FetchError) as caught:
        resolve(reference)
    assert caught.value.kind == "secret"
    assert "s3cret" not in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_failing_command_does_not_show_what_it_printed() -> None:
    """Neither its output nor its arguments."""
    with pytest.raises(FetchError) as caught:
        resolve(command("import sys; print('s3cret', file=sys.stderr); print('s3cret'); sys.exit(3)"))
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__}"
    assert "s3cret" not in shown
    assert caught.value.__suppress_context__


class Keyring(types.ModuleType):
    """Stands for the library of that name."""

    def __init__(self, secrets: dict[tuple[str, str], str]) -> None:
        super().__init__("keyring")
        self.secrets = secrets

    def get_password(self, service: str, name: str) -> str | None:
        if service == "broken":
            raise RuntimeError("locked: hunter2")
        return self.secrets.get((service, name))


def test_a_secret_in_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """And every way in which there is none is said without a secret."""
    monkeypatch.setitem(sys.modules, "keyring", Keyring({("leadline", "sam/key"): "abc"}))
    assert resolve("keyring:leadline/sam/key") == "abc"
    for reference, words in (
        ("keyring:leadline", "is named"),
        ("keyring:leadline/other", "has no secret leadline/other"),
        ("keyring:broken/x", "could not be asked"),
    ):
        with pytest.raises(FetchError, match=words) as caught:
            resolve(reference)
        assert "hunter2" not in str(caught.value)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(FetchError, match="need the extra `keyring`"):
        resolve("keyring:leadline/sam/key")
