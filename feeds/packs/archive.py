"""A pack as one file: the same bytes for the same folder, and nothing but what such a file may be is ever read.

The file is a zip without compression, its members sorted, all metadata fixed; ``SHA256SUMS`` holds the digest of each
member and ``SHA256SUMS.sig`` may sign it. What is read is built again and must give the very same bytes: a file with
links, paths, doubled names, hidden data, compression or other tricks is thus none, whatever a zip reader makes of it.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from feeds.packs.errors import PackError, PackRefused

SUFFIX = ".leadpack"
SUMS, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
FILES = (
    "pack.toml", "sources.toml", "rules.toml", "examples.toml", "views.toml", "checklist.toml", "prospects.csv",
    "README.md", "LICENSE",
)  # fmt: skip
"""All that a pack may hold, and no folder among them."""
MAX_MEMBER = 4_000_000
MAX_TOTAL = 5_000_000
"""Bytes of one member, and of a whole pack; the largest that ships with leadline has a hundredth of it."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_END = struct.Struct("<4s4H2LH")

_ZIP_FAULTS = (
    zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, KeyError, OverflowError,
    struct.error,
)  # fmt: skip

Members = Mapping[str, bytes]
"""File name → bytes, of a pack that was checked."""


def read_folder(folder: Path) -> dict[str, bytes]:
    """The members of a pack's folder; names that start with a dot are no part of it. Raises PackError."""
    members: dict[str, bytes] = {}
    try:
        for entry in sorted(os.scandir(folder), key=lambda each: each.name):
            if entry.name.startswith(".") or entry.name.endswith((".orig", ".bak", "~")):
                continue
            if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                raise PackRefused(f"{entry.name[:60]!r} is no plain file", hint=f"a pack holds {', '.join(FILES)}")
            members[entry.name] = _bounded(Path(entry.path))
    except OSError as error:
        raise PackError(f"{error.filename or folder}: cannot be read: {error.strerror}") from None
    check_members(members)
    return members


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_MEMBER + 1)


def check_members(members: Members) -> None:
    """Raise PackRefused for a member that a pack cannot have, or too much of them."""
    for name, content in members.items():
        if name not in (*FILES, SUMS, SIGNATURE):
            raise PackRefused(f"{name[:60]!r} is no part of a pack", hint=f"a pack holds {', '.join(FILES)}")
        if len(content) > MAX_MEMBER:
            raise PackRefused(f"{name} is larger than {MAX_MEMBER / 1e6:g} MB")
    if "pack.toml" not in members:
        raise PackRefused("there is no pack.toml in it", hint="`leadline pack new` starts a pack")
    if sum(map(len, members.values())) > MAX_TOTAL:
        raise PackRefused(f"the pack is larger than {MAX_TOTAL / 1e6:g} MB")


def sums_of(members: Members) -> bytes:
    """The digests of all members, in the form that ``sha256sum -c`` reads: what a signature is made over."""
    names = sorted(name for name in members if name not in (SUMS, SIGNATURE))
    return "".join(f"{hashlib.sha256(members[name]).hexdigest()}  {name}\n" for name in names).encode()


def identity(members: Members) -> str:
    """64 hex digits that stand for all that the pack says, signed or not."""
    return hashlib.sha256(sums_of(members)).hexdigest()


def check_sums(members: Members) -> None:
    """Raise PackRefused unless the digests in it, if there are any, are those of its members."""
    if SUMS in members and members[SUMS] != sums_of(members):
        raise PackRefused("a digest in SHA256SUMS is wrong: the pack was changed after it was built")
    if SIGNATURE in members and SUMS not in members:
        raise PackRefused("a signature without the digests that it signs")


def build(members: Members, signature: bytes = b"") -> bytes:
    """The one file of a pack: always the same bytes for the same members and signature."""
    whole = {name: members[name] for name in members if name not in (SUMS, SIGNATURE)}
    whole[SUMS] = sums_of(whole)
    if signature:
        whole[SIGNATURE] = signature
    check_members(whole)
    return _zipped(whole)


def _zipped(members: Members) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, members[name])
    return made.getvalue()


def open_archive(raw: bytes) -> dict[str, bytes]:
    """The members of a pack's file, every digest checked. Raises PackRefused for whatever ``build`` did not make."""
    if len(raw) > 2 * MAX_TOTAL:
        raise PackRefused(f"the file is larger than {2 * MAX_TOTAL / 1e6:g} MB")
    _check_end(raw)
    try:
        members = _unzipped(raw)
    except _ZIP_FAULTS as error:
        raise _not_a_pack(str(error)) from None
    check_members(members)
    if SUMS not in members:
        raise _not_a_pack("it holds no SHA256SUMS")
    check_sums(members)
    if _zipped(members) != raw:
        raise _not_a_pack("it holds more than its files")
    return members


def _check_end(raw: bytes) -> None:
    """Look at the last record of the zip before anything else is read: how many members it claims."""
    if len(raw) < _END.size:
        raise _not_a_pack("it is no zip file")
    sign, disk, start, here, count, _, _, comment = _END.unpack(raw[-_END.size :])
    if sign != b"PK\5\6" or disk or start or here != count or comment:
        raise _not_a_pack("it does not end as one")
    if not 0 < count <= len(FILES) + 2:
        raise _not_a_pack(f"it claims {count} members")


def _unzipped(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members: dict[str, bytes] = {}
        for info in archive.infolist():
            if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size or info.flag_bits:
                raise _not_a_pack(f"{info.filename[:60]!r} is compressed or encrypted")
            if info.file_size > MAX_MEMBER or info.filename in members:
                raise _not_a_pack(f"{info.filename[:60]!r} is too large, or there twice")
            if info.filename not in (*FILES, SUMS, SIGNATURE):
                raise PackRefused(f"{info.filename[:60]!r} is no part of a pack")
            members[info.filename] = archive.read(info)
        return members


def _not_a_pack(why: str) -> PackRefused:
    return PackRefused(
        f"this is no file that `leadline pack build` made: {re.sub(r'[^ -~]', '?', why)[:200]}",
        hint="ask whoever sent it for the file as it was built",
    )
