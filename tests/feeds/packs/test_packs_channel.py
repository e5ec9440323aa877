"""Channels, files, folders, git: where packs come from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import FetchError
from feeds.model import Request, Response
from feeds.packs.archive import build, open_archive
from feeds.packs.channel import newest, opened, publish, read_index
from feeds.packs.errors import PackError, PackRefused
from tests.packing import needs_git

PACK = {"pack.toml": b'id = "team"\n'}
RAW = build(PACK)


def nothing(_request: Request) -> Response:
    """No network is needed."""
    raise AssertionError


def put(folder: Path, version: str, raw: bytes = RAW, needs: str = "") -> None:
    publish(folder, [("team", version, "Team", needs, raw)])


def test_publishing_keeps_every_version(tmp_path: Path) -> None:
    """Newest first; a reader gets the newest that he can use."""
    put(tmp_path, "1.0.0")
    put(tmp_path, "1.10.0", needs=">=9.0")
    put(tmp_path, "1.9.0")

    with opened(str(tmp_path), nothing) as source:
        (pack,) = source.index().packs
        assert [each.version for each in pack.versions] == ["1.10.0", "1.9.0", "1.0.0"]
        found = newest(pack, lambda needs: needs == "")
        assert found is not None
        assert found.version == "1.9.0"
        assert source.fetch(found)["pack.toml"] == PACK["pack.toml"]


def test_a_version_is_published_once(tmp_path: Path) -> None:
    """The same again is fine; other content under the same version is not."""
    put(tmp_path, "1.0.0")
    put(tmp_path, "1.0.0")

    with pytest.raises(PackError, match="published already"):
        put(tmp_path, "1.0.0", build({**PACK, "README.md": b"new"}))
    assert open_archive((tmp_path / "team-1.0.0.leadpack").read_bytes())["pack.toml"] == PACK["pack.toml"]


def test_a_file_that_is_not_the_one_listed_is_refused(tmp_path: Path) -> None:
    """Even one that is a good pack."""
    put(tmp_path, "1.0.0")
    (tmp_path / "team-1.0.0.leadpack").write_bytes(build({**PACK, "README.md": b"other"}))

    with opened(str(tmp_path), nothing) as source, pytest.raises(PackRefused, match="digest differs"):
        source.fetch(source.index().packs[0].versions[0])


@pytest.mark.parametrize(
    "file", ["../team.leadpack", "/etc/x.leadpack", "https://evil.example/x.leadpack", "a/b.leadpack", ".x.leadpack"]
)
def test_an_index_can_name_no_file_elsewhere(file: str) -> None:
    """A channel serves its own files only."""
    version = f'{{"version": "1.0.0", "file": "{file}", "sha256": "{"0" * 64}"}}'
    raw = f'{{"leadline_channel": 1, "packs": [{{"id": "team", "versions": [{version}]}}]}}'

    with pytest.raises(PackRefused):
        read_index(raw.encode())


@given(
    st.binary(max_size=100)
    | st.recursive(st.integers() | st.text(max_size=9), st.lists, max_leaves=5).map(repr).map(str.encode)
)
def test_arbitrary_bytes_are_no_index(raw: bytes) -> None:
    """Refused, whatever they are."""
    with pytest.raises(PackError):
        read_index(raw)


def test_a_private_address_is_not_asked() -> None:
    """Unless the config names the network."""
    with pytest.raises(PackError, match="this machine"), opened("http://127.0.0.1:1/packs", nothing):
        pass


def test_what_the_server_says_is_told() -> None:
    """A status, or why nothing came."""

    def refused(request: Request) -> Response:
        return Response(request.url, 403)

    def broken(_request: Request) -> Response:
        raise FetchError("timeout", "the server did not answer within 20 s")

    with opened("https://packs.example/team/", refused) as source, pytest.raises(PackError, match="answered 403"):
        source.index()
    with opened("https://packs.example/team", broken) as source, pytest.raises(PackError, match="did not answer"):
        source.index()


def test_a_name_that_is_nothing_gets_a_guess() -> None:
    """Of the packs that ship with leadline."""
    with pytest.raises(PackError) as failed, opened("pres-wires", nothing):
        pass
    assert "press-wires" in failed.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "git+ext::sh -c touch% /tmp/x", "git+http://host/x.git", "git+https://--upload-pack=x/y.git", "git+https://u:p@h/x.git",
        "git+https://h/x.git#../up", "git+https://h/x.git#/etc", "git+ssh://-oProxyCommand=x/y.git", "-x.git",
    ],
)  # fmt: skip
def test_a_repository_s_address_can_run_nothing(url: str) -> None:
    """Options, helpers, passwords and other protocols are refused before git is started."""
    with pytest.raises(PackRefused), opened(url, nothing):
        pass


@needs_git
def test_a_pack_in_a_repository_is_read_without_a_checkout(tmp_path: Path) -> None:
    """A link in it is refused, a plain pack is read."""
    work = tmp_path / "packs.git"
    work.mkdir()

    def git(*words: str) -> None:
        told = ["-c", "user.name=m", "-c", "user.email=m@example.org"]
        subprocess.run(["git", *told, *words], cwd=work, check=True, capture_output=True)

    git("init", "--quiet")
    work.joinpath("pack.toml").write_bytes(PACK["pack.toml"])
    work.joinpath("other.py").write_text("print('never run')")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    with opened(str(work), nothing) as source:
        assert source.members == PACK

    work.joinpath("rules.toml").symlink_to("/etc/hostname")
    git("add", "-A")
    git("commit", "-q", "-m", "two")
    with pytest.raises(PackRefused, match="no plain file"), opened(f"git+file://{work}", nothing):
        pass
