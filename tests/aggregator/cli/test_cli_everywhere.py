"""What holds for every command: help with examples, exit codes, plain errors, no escape codes, clean pipes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from aggregator.cli import COMMANDS, cli
from tests.aggregator.cli.conftest import Run
from tests.command import RUN, Leadline
from tests.samples import a_match, an_item, fill

READING = ("digest", "items", "sources", "doctor")


def commands() -> Iterator[tuple[str, ...]]:
    """Every command and subcommand, the desk included."""
    for name in cli.list_commands(click.Context(cli)):
        yield (name,)
        command = cli.get_command(click.Context(cli), name)
        yield from ((name, sub) for sub in getattr(command, "commands", {}))


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_help_has_examples(run: Run, command: tuple[str, ...]) -> None:
    ran = run(*command, "--help")

    assert ran.code == 0
    assert "Example" in ran.out
    assert f"leadline {command[0]}" in ran.out.split("Example")[1] or command == ("config", "path")
    assert all(len(line) <= 84 for line in ran.out.splitlines())


def test_the_list_of_commands_is_not_cut(run: Run) -> None:
    listed = run("--help").out.split("Commands:")[1].split("Examples:")[0]

    assert "..." not in listed
    assert [line.split()[0] for line in listed.splitlines() if line.strip()][: len(COMMANDS)] == list(COMMANDS)


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("leadline, version ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pol",), "did you mean 'poll'?"),
        (("frobnicate",), "hint: allowed: "),
        (("items", "--nope"), "No such option"),
        (("items", "--limit", "-1"), "not in the range"),
        (("items", "--limit", "x"), "not a valid integer"),
        (("--config",), "requires an argument"),
        (("parse", "no-such-file"), "does not exist"),
        (("parse", "."), "is a directory"),
        (("tag", "no-such-file"), "No such file"),
        (("tag", "."), "directory"),
        (("completion", "tcsh"), "is not one of"),
        (("show",), "Missing argument"),
        (("digest", "--format", "docx"), "is not one of"),
        (("digest",), "`leadline init` writes one"),
        (("items", "--config", "."), "cannot be read"),
        (("items", "--config", "~nobody-here/x.toml"), "no such config file"),
        (("items", "--config", "/dev/null/x"), "cannot be read: Not a directory"),
    ],
)
def test_usage_and_configuration_errors(run: Run, arguments: tuple[str, ...], words: str) -> None:
    ran = run(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("digest", "--since", "bogus"), "cannot tell when"),
        (("digest", "--since", ""), "cannot tell when"),
        (("digest", "--since", "0001-01-01"), "cannot tell when"),
        (("digest", "--since", "9999-12-31T23:59:59-23:59"), "cannot tell when"),
        (("digest", "--since", "2999-01-01"), "still to come"),
        (("digest", "--prospect", "acmee"), "did you mean 'acme'?"),
        (("items", "prospect:acmee"), "did you mean 'acme'?"),
        (("items", "source:wir"), "did you mean 'wire'?"),
        (("items", "type:tendr"), "unknown content type"),
        (("items", "scope:,"), "needs a value"),
        (("show", "abc"), "at least 6 characters"),
        (("show", "zzzzzzzz"), "no single item"),
        (("show", ""), "no single item"),
        (("sources", "--why", "nope"), "`leadline sources` lists them"),
        (("sources", "--why", ""), "`leadline sources` lists them"),
    ],
)
def test_other_errors(run: Run, configured: Path, arguments: tuple[str, ...], words: str) -> None:
    ran = run(*arguments)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("leadline: ")
    assert words in ran.err


@pytest.mark.parametrize("command", ["digest", "items", "sources"])
def test_a_database_that_cannot_be_used(run: Run, configured: Path, command: str) -> None:
    configured.with_name("junk.db").write_text("no database")

    for database, code in (("junk.db", 74), (str(configured.parent), 74), (".", 2), ("/", 2)):
        ran = run(command, "--db", database)
        assert (ran.code, ran.out) == (code, "")
        assert "hint: " in ran.err


def test_a_fault_of_our_own_is_one_message(run: Run, configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The traceback is for whoever asks for it."""

    def broken(*_args: object, **_options: object) -> None:
        raise ValueError("b\x1bug")

    monkeypatch.setattr("aggregator.config.find", broken)
    monkeypatch.delenv("LEADLINE_DEBUG")

    ran = run("items")

    assert (ran.code, ran.out) == (70, "")
    assert ran.err.startswith("leadline: a fault of its own: ValueError: bug\n  hint: ")


@pytest.mark.parametrize("config", ["", "\r\n", "\ufeff# nothing\r\n", '[[prospects]]\nname = "Ä"\n'])
@pytest.mark.parametrize("command", READING)
def test_a_config_without_sources(run: Run, configured: Path, config: str, command: str) -> None:
    """Nothing breaks, and the user is told what is missing."""
    configured.write_text(config, encoding="utf-8")

    ran = run(command, "--db", "x.db")

    assert ran.code == 0
    assert "No sources are configured" in ran.out + ran.err or "none are configured" in ran.out or command == "items"


@pytest.mark.parametrize("command", ["digest", "items", "sources", "doctor"])
def test_before_the_first_poll(run: Run, configured: Path, command: str) -> None:
    ran = run(command)

    assert ran.code == 0
    assert "quiet" not in ran.out
    assert {"digest": "no source has been asked", "items": "`leadline poll` fetches some", "sources": "never",
            "doctor": "`leadline poll` asks them"}[command] in ran.out + ran.err  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [("digest",), ("items",), ("sources",), ("doctor",), ("config", "check"), ("config", "show"), ("items", "--jsonl")],
    ids=" ".join,
)
def test_json_can_be_read(run: Run, configured: Path, command: tuple[str, ...]) -> None:
    fill(configured, an_item("Acme \u202e\x9b wins", "wire")).close()

    ran = run(*command, "--json") if "--jsonl" not in command else run(*command)

    assert ran.json is not None
    assert "\u202e" not in ran.out
    assert "\x9b" not in ran.out


def test_options_count_before_and_behind_the_command(run: Run, configured: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(configured.read_text().replace("leadline.db", "other.db"))
    fill(other, an_item("Acme elsewhere")).close()

    for arguments in (
        ("--config", "other.toml", "items"),
        ("items", "--config", "other.toml"),
        ("items", "--db", "other.db"),
    ):
        assert "Acme elsewhere" in run(*arguments).out
    assert run("-q", "items").err == ""
    assert run("items", "-q").err == ""


def test_a_reader_may_leave(desk: Leadline) -> None:
    """`leadline items | head -1` is no failure and says nothing."""
    desk.configure("https://a.example/feed")
    fill(desk.config, *(an_item(f"Acme wins {'x' * n}", "s1") for n in range(300))).close()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    process = subprocess.Popen(
        [*RUN, "items", "--jsonl", "--limit", "0"],
        cwd=desk.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()

    assert (process.wait(30), errors) == (0, b"")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run: Run, shell: str) -> None:
    ran = run("completion", shell)

    assert ran.code == 0
    assert "_LEADLINE_COMPLETE" in ran.out


def test_completion_completes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_LEADLINE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "leadline dig")
    monkeypatch.setenv("COMP_CWORD", "1")

    assert run().out.split() == ["plain,digest"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_any_encoding_will_do(desk: Leadline, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a terminal cannot show is no reason to fail."""
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    desk.configure("https://a.example/feed")
    fill(desk.config, an_item("Acme 東京 – “wins”", "s1", matches=(a_match("acme-corporation"),))).close()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}

    for command in ("digest", "items"):
        ran = subprocess.run([*RUN, command], cwd=desk.folder, env=environment, capture_output=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, b"")
        assert b"Acme " in ran.stdout
