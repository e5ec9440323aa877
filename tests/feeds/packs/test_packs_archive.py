"""One file of a pack: always the same bytes; nothing that ``build`` did not make is ever read."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.packs.archive import FILES, MAX_MEMBER, build, check_sums, identity, open_archive, read_folder, sums_of
from feeds.packs.errors import PackError, PackRefused

PACK = {"pack.toml": b'id = "team"\n', "sources.toml": b"# none\n", "README.md": b"Hello\n"}
RAW = build(PACK)


def zipped(write: Callable[[zipfile.ZipFile], None], compression: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        write(archive)
    return made.getvalue()


def test_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the order, times and rights of its files."""
    for name, content in reversed(PACK.items()):
        tmp_path.joinpath(name).write_bytes(content)
        tmp_path.joinpath(name).chmod(0o600)
    tmp_path.joinpath(".git").mkdir()

    assert build(read_folder(tmp_path)) == RAW


def test_what_was_built_is_read_whole() -> None:
    """With the digests, which `sha256sum -c` could check."""
    members = open_archive(RAW)

    assert {name: members[name] for name in PACK} == PACK
    assert members["SHA256SUMS"] == sums_of(PACK)
    assert identity(members) == identity(PACK)


@given(st.dictionaries(st.sampled_from(FILES), st.binary(max_size=300)).map(lambda found: {**found, **PACK}))
def test_any_pack_survives_the_journey(members: dict[str, bytes]) -> None:
    """Build and open are each other's inverse."""
    opened = open_archive(build(members, b"signature"))

    assert {name: opened[name] for name in members} == members
    assert opened["SHA256SUMS.sig"] == b"signature"
    assert build(opened, opened["SHA256SUMS.sig"]) == build(members, b"signature")


@given(st.binary(max_size=600))
def test_arbitrary_bytes_are_refused(raw: bytes) -> None:
    """Never another error, never an answer."""
    with pytest.raises(PackRefused):
        open_archive(raw)


@given(st.data())
def test_any_change_of_any_byte_is_refused(data: st.DataObject) -> None:
    """Also in what zip readers overlook."""
    at = data.draw(st.integers(0, len(RAW) - 1))
    changed = bytearray(RAW)
    changed[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(PackRefused):
        open_archive(bytes(changed))


@given(st.binary(min_size=1, max_size=50), st.integers(0, len(RAW)))
def test_added_bytes_are_refused(more: bytes, at: int) -> None:
    """Before, behind and between."""
    with pytest.raises(PackRefused):
        open_archive(RAW[:at] + more + RAW[at:])


@given(st.integers(0, len(RAW) - 1))
def test_a_file_that_was_cut_off_is_refused(size: int) -> None:
    """A download that broke off."""
    with pytest.raises(PackRefused):
        open_archive(RAW[:size])


@pytest.mark.parametrize(
    "name",
    [
        "../pack.toml",
        "/etc/passwd",
        "sub/pack.toml",
        "pack.toml\0.png",
        "C:\\pack.toml",
        "..\\x",
        "rules.py",
        "PACK.TOML",
        "",
    ],
)
def test_a_name_that_is_no_part_of_a_pack_is_refused(name: str) -> None:
    """Paths, code, other letters."""

    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("pack.toml", b"id = 'x'")
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        archive.writestr(info, b"x")

    with pytest.raises(PackRefused):
        open_archive(zipped(write))


def test_a_link_is_refused() -> None:
    """A member that claims to be a symbolic link."""

    def write(archive: zipfile.ZipFile) -> None:
        for each, content in {**PACK, "SHA256SUMS": sums_of(PACK)}.items():
            info = zipfile.ZipInfo(each)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, content)

    with pytest.raises(PackRefused, match="holds more than its files"):
        open_archive(zipped(write))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    """No compression is allowed at all."""
    bomb = zipped(lambda archive: archive.writestr("pack.toml", b"\0" * 50_000_000), zipfile.ZIP_DEFLATED)

    assert len(bomb) < 100_000
    with pytest.raises(PackRefused, match="compressed"):
        open_archive(bomb)


def test_too_many_members_are_refused_by_their_number() -> None:
    """Before the list of them is read."""

    def write(archive: zipfile.ZipFile) -> None:
        for number in range(500):
            archive.writestr(f"{number}.toml", b"")

    with pytest.raises(PackRefused, match="500 members"):
        open_archive(zipped(write))


def test_a_doubled_member_is_refused() -> None:
    """Readers differ in which they take."""

    def write(archive: zipfile.ZipFile) -> None:
        archive.writestr("pack.toml", b"id = 'a'")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("pack.toml", b"id = 'b'")

    with pytest.raises(PackRefused, match="twice"):
        open_archive(zipped(write))


def test_a_digest_that_is_wrong_is_told() -> None:
    """A member was changed and the archive made anew."""
    members = {**PACK, "SHA256SUMS": sums_of(PACK), "README.md": b"Changed\n"}

    with pytest.raises(PackRefused, match="changed after it was built"):
        check_sums(members)


def test_what_is_too_large_is_refused() -> None:
    """One member, and all together."""
    with pytest.raises(PackRefused, match="larger than 4 MB"):
        build({**PACK, "README.md": b"x" * (MAX_MEMBER + 1)})
    with pytest.raises(PackRefused, match="larger than 5 MB"):
        build({**PACK, "README.md": b"x" * MAX_MEMBER, "LICENSE": b"x" * MAX_MEMBER})


def test_a_folder_with_a_link_or_a_stranger_is_refused(tmp_path: Path) -> None:
    """A link in a folder could bring in any file of the machine."""
    tmp_path.joinpath("pack.toml").write_bytes(b"")
    tmp_path.joinpath("README.md").symlink_to("/etc/hostname")
    with pytest.raises(PackRefused, match="no plain file"):
        read_folder(tmp_path)
    tmp_path.joinpath("README.md").unlink()
    tmp_path.joinpath("setup.py").write_bytes(b"")
    with pytest.raises(PackRefused, match="no part of a pack"):
        read_folder(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(PackError, match="nowhere"):
        read_folder(tmp_path / "nowhere")
