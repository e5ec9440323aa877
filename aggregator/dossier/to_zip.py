"""A dossier as a zip: its pages, the copies of documents, and a manifest by which each file can be checked."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from aggregator.digest.to_json import encoded
from aggregator.dossier import render_dossier
from aggregator.dossier.nouns import Copy, Dossier

MANIFEST = "manifest.json"
_CHUNK = 1 << 20


def write(dossier: Dossier, file: BinaryIO, path_of: Callable[[str], Path]) -> list[str]:
    """Write the zip; ``path_of`` says where the bytes of a hash are. What was missing or damaged, in words.

    The same dossier gives the same bytes. A copy whose bytes are not those that were fetched stays out.
    """
    entries: list[dict[str, Any]] = []
    faults: list[str] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for form, name in (("html", "dossier.html"), ("md", "dossier.md"), ("json", "dossier.json")):
            body = render_dossier(dossier, form).encode()
            archive.writestr(_info(name, dossier.made_at), body)
            entries.append({"file": name, "sha256": hashlib.sha256(body).hexdigest(), "size": len(body)})
        for name, copy in _named(dossier.copies):
            fault = _add(archive, name, copy, path_of(copy.sha256), dossier.made_at)
            state = {"missing": fault} if fault else {"size": copy.size}
            entries.append({"file": name, "sha256": copy.sha256, "url": copy.url, "item": copy.ref.item,
                            "media_type": copy.media_type, "fetched_at": copy.fetched_at, **state})  # fmt: skip
            faults += [f"{name}: {fault}"] if fault else []
        manifest = {
            "kind": "manifest", "version": 1, "prospect": dossier.prospect, "to": dossier.to or None,
            "made_at": dossier.made_at, "withheld": dossier.withheld.words, "files": entries,
        }  # fmt: skip
        archive.writestr(_info(MANIFEST, dossier.made_at), encoded(manifest, indent=2) + "\n")
    return faults


def _named(copies: tuple[Copy, ...]) -> Iterator[tuple[str, Copy]]:
    """Copies under names of which no two are alike; the same bytes once."""
    seen: set[str] = set()
    for copy in copies:
        if copy.sha256 and copy.sha256 not in seen:
            seen.add(copy.sha256)
            yield f"documents/{copy.sha256[:8]}-{copy.name}", copy


def _add(archive: zipfile.ZipFile, name: str, copy: Copy, path: Path, at: datetime) -> str:
    """Put a copy in; empty, or why it was not."""
    try:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != copy.sha256:
                return "the copy was changed since it was fetched"
            file.seek(0)
            with archive.open(_info(name, at), "w") as out:
                while chunk := file.read(_CHUNK):
                    out.write(chunk)
    except OSError as error:
        return f"the copy cannot be read: {error.strerror}"
    return ""


def _info(name: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
