"""One pack that could be put in force: verified, then read and checked, then compared; nothing changed yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.packs.check import check
from aggregator.packs.content import hosts_of, read_content
from aggregator.packs.diff import Change, compare
from aggregator.packs.model import Content
from feeds import __version__
from feeds.packs import archive
from feeds.packs.errors import PackRefused
from feeds.packs.library import Installed, Library, State, Trust
from feeds.packs.manifest import is_enough, parse_version
from feeds.packs.signing import Signer, signer_of, verify


@dataclass(frozen=True, slots=True)
class Plan:
    """A pack that may be put in force, and what that would change."""

    content: Content
    members: dict[str, bytes]
    origin: str
    signer: Signer | None
    change: Change
    current: Installed | None = None
    new_key: bool = False
    """Whether its key is seen for the first time, and would be remembered."""

    @property
    def id(self) -> str:
        """The pack's id."""
        return self.content.id

    @property
    def version(self) -> str:
        """The version that would be in force."""
        return self.content.manifest.version

    @property
    def changes_nothing(self) -> bool:
        """Whether the very same pack is in force already."""
        return self.current is not None and self.current.identity == archive.identity(self.members)

    @property
    def hosts(self) -> tuple[str, ...]:
        """All the hosts that it contacts."""
        return hosts_of(self.content.sources)

    @property
    def news(self) -> tuple[str, ...]:
        """The changelog's lines for what is new."""
        return self.content.manifest.news_since(self.current.version if self.current else "")

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why it is not to be taken without a yes."""
        gone, before = len(self.change.removed), self.change.before
        return (f"it retires {gone} of {before} sources",) if self.change.retires_much else ()

    @property
    def told(self) -> str:
        """What it does, on a line: ``press-wires 1.0.0 → 1.1.0: 2 sources more, 1 fewer``."""
        step = f"{self.current.version} → {self.version}" if self.current else self.version
        counts = (
            (len(self.change.added), "more"), (len(self.change.removed), "fewer"), (len(self.change.changed), "changed")
        )  # fmt: skip
        words = ", ".join(f"{count} {'source' if count == 1 else 'sources'} {word}" for count, word in counts if count)
        return f"{self.id} {step}" + (f": {words}" if words else "")


def make_plan(
    members: dict[str, bytes], origin: str, library: Library, state: State, now: datetime, *, older: bool = False
) -> Plan:
    """What putting a pack in force would mean. Raises PackRefused where it must not be, or cannot be read."""
    signer = _verified(members, None)
    checked = check(members)
    if checked.content is None or checked.faults:
        faults = "\n".join(f"  {fault}" for fault in checked.faults[:10])
        raise PackRefused(f"the pack has faults, and nothing of it was taken:\n{faults}", faults=checked.faults)
    content = checked.content
    current = state.packs.get(content.id)
    trust = state.trust.get(content.id)
    _check_trust(content.id, members, signer, trust)
    _check_fit(content, state, now, older=older)
    before = read_content(library.members(current.folder)) if current else None
    change = compare(before, content)
    return Plan(content, members, origin, signer, change, current, new_key=signer is not None and trust is None)


def _verified(members: dict[str, bytes], trust: Trust | None) -> Signer | None:
    """Who signed it, once the signature proved good; None for an unsigned one."""
    archive.check_sums(members)
    if archive.SIGNATURE not in members:
        return None
    signer = signer_of(members[archive.SIGNATURE])
    verify(members[archive.SUMS], members[archive.SIGNATURE], signer, trust.until if trust else None)
    return signer


def _check_trust(pack: str, members: dict[str, bytes], signer: Signer | None, trust: Trust | None) -> None:
    if trust is None:
        return
    known = Signer(trust.key)
    if signer is None:
        raise PackRefused(
            f"{pack} is not signed, but was, by {known.fingerprint}", hint="ask its publisher; nothing was changed"
        )
    if signer.key != trust.key:
        raise PackRefused(
            f"{pack} is signed by another key ({signer.fingerprint}) than before ({known.fingerprint})",
            hint=f'if its publisher says the new key is his: leadline pack trust {pack} "{signer.key}"',
        )
    if trust.until:
        _verified(members, trust)


def _check_fit(content: Content, state: State, now: datetime, *, older: bool) -> None:
    manifest = content.manifest
    if not is_enough(manifest.needs, __version__):
        raise PackRefused(
            f"{content.id} needs leadline {manifest.needs}, and this is {__version__}", hint="update leadline"
        )
    if manifest.expires and manifest.expires < now.date():
        raise PackRefused(f"{content.id} {manifest.version} expired on {manifest.expires}", hint="ask for a newer one")
    highest = state.highest.get(content.id, "")
    if highest and parse_version(manifest.version) < parse_version(highest) and not older:
        raise PackRefused(
            f"{content.id} {manifest.version} is older than {highest}, which was here",
            hint="to go back: `leadline pack pin PACK VERSION`, or `leadline pack add --older`",
        )
