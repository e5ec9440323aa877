"""A pack's walk in real processes over loopback: edit, check, build, sign, publish, add, overlay, update."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.command import Leadline
from tests.packing import RULES, make_key, needs_git, needs_ssh, source, write_pack
from tests.servers import Reply, Server, item, rss

FEEDS = "http://feeds.example"
"""Answered by the test's server, which the processes have for a proxy: a pack may name no local address."""


@pytest.fixture
def manager(tmp_path: Path) -> Leadline:
    """Whoever makes the packs."""
    folder = tmp_path / "manager"
    folder.mkdir()
    return Leadline(folder)


@pytest.fixture
def rep(tmp_path: Path) -> Leadline:
    """Whoever uses them."""
    folder = tmp_path / "rep"
    folder.mkdir()
    folder.joinpath("accounts.csv").write_text("name,aliases\nVerrano Brewing Company,Verrano\n", encoding="utf-8")
    return Leadline(folder)


@pytest.fixture
def feeds(web: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Four feeds of a public host, each with one item."""
    monkeypatch.setenv("http_proxy", web.base)
    for name in ("alpha", "beta", "gamma", "delta", "moved"):
        title = f"Verrano christens its hopyard, says {name}"
        entry = item(title, guid=f"{name}-1", link=f"https://{name}.example/1", date=format_datetime(datetime.now(UTC)))
        web.serve(f"{FEEDS}/{name}", rss(entry))
    return web


def publish_to_web(channel: Path, web: Server) -> None:
    """What a static web server does."""
    for file in channel.iterdir():
        web.serve(f"/packs/{file.name}", Reply(file.read_bytes(), headers={"Content-Type": "application/octet-stream"}))


def first_version(folder: Path) -> None:
    names = ("alpha", "beta", "gamma", "delta")
    write_pack(folder, "".join(source(name, f"{FEEDS}/{name}") for name in names))


def second_version(folder: Path) -> None:
    """beta's address changed, gamma removed, epsilon added, a rule added."""
    sources = (
        source("alpha", f"{FEEDS}/alpha")
        + source("beta", f"{FEEDS}/moved")
        + source("delta", f"{FEEDS}/delta")
        + source("epsilon", f"{FEEDS}/gone")
    )
    write_pack(folder, sources, version="1.1.0", rules=RULES)


def states(desk: Leadline) -> dict[str, str]:
    return {each["id"]: each["status"] for each in desk.json("sources", "--retired", code=None)}


@needs_ssh
def test_a_manager_s_change_reaches_a_rep_and_touches_nothing_of_his(
    manager: Leadline, rep: Leadline, feeds: Server, tmp_path: Path
) -> None:
    """The whole walk over http: two commands to the first digest, then an update."""
    key, channel = make_key(tmp_path), manager.folder / "channel"
    first_version(manager.folder / "team")
    assert "fine" in manager("pack", "check", "team")
    manager("pack", "publish", str(channel), "team", "--key", str(key))
    publish_to_web(channel, feeds)

    address = f"{feeds.base}/packs"
    rep("init", "--here", "--channel", address, "--allow-private", "127.0.0.1",
        "--prospects", "accounts.csv", "--yes")  # fmt: skip
    digest = rep("poll", "--digest")

    assert "says alpha" in digest
    assert "Verrano Brewing Company" in digest
    assert len(rep.titles()) == 4
    assert {each["pack"] for each in rep.json("sources")} == {"team"}
    assert not [each for each in rep.json("items") if "structure.sites" in [tag["signal"] for tag in each["tags"]]]

    rep("overlay", "set", "team.alpha", "--name", "My alpha", "--boost", "1.5", "--every", "2h")
    rep("overlay", "set", "team.delta", "--mute")
    kept = rep.json("items", "--limit", "1")[0]["id"]
    rep("triage", kept, "--state", "kept")

    second_version(manager.folder / "team")
    told = manager("pack", "diff", "channel/team-1.0.0.leadpack", "team")
    assert "+ source epsilon" in told
    assert "- source gamma" in told
    assert "source beta: url" in told
    manager("pack", "publish", str(channel), "team", "--key", str(key))
    publish_to_web(channel, feeds)

    check = rep.json("pack", "update", "--check")
    assert check["updates"][0]["version"] == "1.1.0"
    assert rep.json("pack", "list")["installed"][0]["version"] == "1.0.0"
    rep("pack", "update", "--yes")
    rep("poll", code=3)

    names = {each["id"]: each["name"] for each in rep.json("sources")}
    assert names == {"team.alpha": "My alpha", "team.beta": "The beta", "team.epsilon": "The epsilon"}
    assert states(rep)["team.gamma"] == "retired"
    assert states(rep)["team.delta"] == "retired"
    assert [each for each in rep.titles() if "says gamma" in each]
    assert [each for each in rep.titles() if "says moved" in each]
    assert kept in {each["id"] for each in rep.json("items", "state:kept")}
    tagged = rep.json("items", "--limit", "0", "type:structure.sites")
    assert {"says alpha", "says gamma"} <= {each["title"].rpartition(", ")[2] for each in tagged}
    assert {tag["pack"] for each in tagged for tag in each["tags"] if tag["signal"] == "structure.sites"} == {"team"}
    why = {each["key"]: each["from"] for each in rep.json("config", "--why", "team.alpha")}
    assert "overlay.toml, line" in why["every"]
    assert why["url"] == "pack team 1.1.0"

    rep("pack", "remove", "team")
    assert set(states(rep).values()) == {"retired"}
    assert len(rep.titles()) == 5


@needs_git
def test_the_same_from_a_git_repository(manager: Leadline, rep: Leadline, feeds: Server, tmp_path: Path) -> None:
    """A channel in a folder of a repository; hooks, links and submodules in it are never run or followed."""
    remote, work = tmp_path / "packs.git", manager.folder / "work"
    commit = committer(remote, work)
    first_version(manager.folder / "team")
    manager("pack", "publish", str(work / "channel"), "team")
    commit("first")

    rep("init", "--here", "--channel", f"git+file://{remote}#channel", "--prospects", "accounts.csv", "--yes")
    rep("poll")
    assert len(rep.titles()) == 4

    rep("overlay", "set", "team.alpha", "--name", "My alpha")
    second_version(manager.folder / "team")
    manager("pack", "publish", str(work / "channel"), "team")
    commit("second")
    rep("pack", "update", "--yes")
    rep("poll", code=3)

    assert states(rep)["team.gamma"] == "retired"
    assert {each["id"]: each["name"] for each in rep.json("sources")}["team.alpha"] == "My alpha"
    assert len(rep.titles()) == 5


def committer(remote: Path, work: Path) -> Callable[[str], None]:
    def git(*words: str, folder: Path = work) -> None:
        told = ["-c", "user.name=m", "-c", "user.email=m@example.org", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *told, *words], cwd=folder, check=True, capture_output=True)

    work.mkdir()
    remote.mkdir()
    git("init", "--quiet", "--bare", folder=remote)
    git("init", "--quiet")
    git("remote", "add", "origin", str(remote))

    def commit(message: str) -> None:
        git("add", "-A")
        git("commit", "--quiet", "-m", message)
        git("push", "--quiet", "origin", "HEAD:main")

    return commit


def test_an_update_by_itself_is_told_in_the_notices(manager: Leadline, rep: Leadline, feeds: Server) -> None:
    """`leadline poll` looks for updates when it is time; what raises a doubt waits; what is damaged changes nothing."""
    channel = manager.folder / "channel"
    first_version(manager.folder / "team")
    manager("pack", "publish", str(channel), "team")
    rep("init", "--here", "--channel", str(channel), "--prospects", "accounts.csv", "--yes")
    config = rep.folder / "leadline.toml"
    config.write_text(
        config.read_text("utf-8").replace('#check_every = "1d"', 'check_every = "1ms"'.replace("1ms", "0.001s"))
    )
    rep("poll")

    second_version(manager.folder / "team")
    manager("pack", "publish", str(channel), "team")
    rep("poll", code=3)
    assert "updated pack team 1.0.0 → 1.1.0" in rep.errors

    write_pack(manager.folder / "team", source("alpha", f"{FEEDS}/alpha"), version="1.2.0")
    manager("pack", "publish", str(channel), "team")
    rep("poll", code=None)
    assert "waits: it retires 3 of 4 sources" in rep.errors
    assert rep.json("pack", "list")["installed"][0]["version"] == "1.1.0"

    file = channel / "team-1.2.0.leadpack"
    file.write_bytes(file.read_bytes().replace(b"alpha", b"alphb"))
    rep("poll", code=None)
    assert "digest differs" in rep.errors
    assert rep.json("pack", "list")["installed"][0]["version"] == "1.1.0"
    assert len(rep.json("sources")) == 4


def test_a_check_online_asks_each_source_and_names_those_that_do_not_answer(manager: Leadline, feeds: Server) -> None:
    """Nothing is stored; what is no feed any more fails the check."""
    folder = manager.folder / "team"
    write_pack(folder, source("alpha", f"{FEEDS}/alpha") + source("beta", f"{FEEDS}/beta"))
    assert manager.json("pack", "check", "team", "--online")["faults"] == []
    assert len(feeds.asked(f"{FEEDS}/alpha")) == 1
    write_pack(folder, source("alpha", f"{FEEDS}/alpha") + source("lost", f"{FEEDS}/nowhere"))
    told = manager.json("pack", "check", "team", "--online", code=2)
    assert "lost" in str(told["faults"])
    assert "404" in str(told["faults"])
    assert not manager.database.exists()
