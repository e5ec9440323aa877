"""Adding, updating, going back, trusting: what a rep's packs are after each, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aggregator.errors import LeadlineError
from aggregator.packs.installs import Packs
from aggregator.packs.merge import Merged, merge
from feeds.packs.archive import build, read_folder, sums_of
from feeds.packs.channel import publish
from feeds.packs.errors import PackError, PackRefused
from feeds.packs.library import State
from feeds.packs.signing import sign
from tests.aggregator.packs.conftest import Clock, MakePacks
from tests.packing import make_key, needs_ssh, source, write_pack

A, B, C = (source(name, f"https://{name}.example/feed") for name in ("alpha", "beta", "gamma"))


def add(packs: Packs, what: Path) -> State:
    (plan,) = packs.plan(str(what))
    return packs.put(plan)


def offered(folder: Path, channel: Path, key: Path | None = None) -> None:
    """Publish a folder as it is."""
    members = read_folder(folder)
    text = members["pack.toml"].decode()
    id_, version = text.split('"')[1], text.split('"')[3]
    raw = build(members, sign(sums_of(members), key) if key else b"")
    publish(channel, [(id_, version, id_, "", raw)])


def ids(packs: Packs) -> list[str]:
    return [each.id for each in in_force(packs).sources]


def in_force(packs: Packs) -> Merged:
    return merge(packs.config)


def test_adding_shows_first_and_changes_nothing_until_put(packs: Packs, tmp_path: Path) -> None:
    """A plan is only a plan."""
    (plan,) = packs.plan(str(write_pack(tmp_path / "team", A + B)))

    assert packs.state == State()
    assert plan.hosts == ("alpha.example", "beta.example")
    assert [each.id for each in plan.change.added] == ["alpha", "beta"]
    packs.put(plan)
    assert ids(packs) == ["team.alpha", "team.beta"]
    assert {each.pack for each in in_force(packs).sources} == {"team"}
    assert packs.plan(plan.origin)[0].changes_nothing


def test_a_pack_with_any_fault_is_refused_whole(packs: Packs, tmp_path: Path) -> None:
    """With every fault, and nothing changed."""
    folder = write_pack(tmp_path / "team", A + source("local", "http://127.0.0.1/feed"), views="[[views]]\nid = 1\n")

    with pytest.raises(PackRefused, match="this machine") as refused:
        packs.plan(str(folder))
    assert "views.toml" in str(refused.value)
    assert packs.state == State()


def test_a_source_in_two_packs_is_one_and_survives_leaving_one(packs: Packs, tmp_path: Path) -> None:
    """Under the same id, so that its items stay with it."""
    shared = 'url = "https://alpha.example/feed"'
    add(packs, write_pack(tmp_path / "one", A + B, id_="one"))
    add(packs, write_pack(tmp_path / "two", A.replace('"alpha"', '"the-alpha"') + C, id_="two"))

    assert ids(packs) == ["one.alpha", "one.beta", "two.gamma"]
    assert [each.pack for each in in_force(packs).origins["one.alpha"]] == ["one", "two"]
    packs.remove("one")
    assert sorted(ids(packs)) == ["one.alpha", "two.gamma"]
    assert {each.pack for each in in_force(packs).sources} == {"two"}
    add(packs, write_pack(tmp_path / "one", A + B, id_="one"))
    packs.remove("two")
    assert ids(packs) == ["one.alpha", "one.beta"]
    assert shared in A


def test_two_that_part_become_two_and_keep_their_items(packs: Packs, tmp_path: Path) -> None:
    """The one whose address changed keeps its own id; the other does not take its items over."""
    add(packs, write_pack(tmp_path / "one", A, id_="one"))
    add(packs, write_pack(tmp_path / "two", A, id_="two"))
    moved = A.replace("alpha.example/feed", "alpha.example/new")
    add(packs, write_pack(tmp_path / "one", moved, id_="one", version="1.1.0"))

    found = {each.id: each.url for each in in_force(packs).sources}
    assert found == {"one.alpha": "https://alpha.example/new", "two.alpha": "https://alpha.example/feed"}


def test_the_rep_s_own_source_comes_before_a_pack_s(make_packs: MakePacks, tmp_path: Path) -> None:
    """It stays his, under his id and name."""
    packs = make_packs(more='[[sources]]\nid = "mine"\nname = "Mine"\nurl = "https://alpha.example/feed"\n')
    add(packs, write_pack(tmp_path / "team", A + B))

    assert ids(packs) == ["mine", "team.beta"]


def test_an_update_comes_from_where_the_pack_came_from(packs: Packs, tmp_path: Path) -> None:
    """Only newer ones, and only those asked for."""
    folder = write_pack(tmp_path / "team", A + B)
    add(packs, folder)

    assert packs.offer().plans == ()
    write_pack(folder, A + B + C, version="1.1.0")
    (plan,) = packs.offer(["team"]).plans
    assert plan.told == "team 1.0.0 → 1.1.0: 1 source more"
    assert plan.news == ("1.1.0: what is new in 1.1.0",)
    packs.put(plan)
    assert ids(packs) == ["team.alpha", "team.beta", "team.gamma"]


def test_an_older_version_is_refused_and_going_back_is_the_rep_s_word(packs: Packs, tmp_path: Path) -> None:
    """Rollback by a file is an attack; by `pin` it is a wish."""
    folder = write_pack(tmp_path / "team", A)
    add(packs, folder)
    add(packs, write_pack(folder, A + B, version="1.1.0"))

    with pytest.raises(PackRefused, match="is older than"):
        packs.plan(str(write_pack(tmp_path / "old", A)))
    assert packs.pin("team", "1.0.0").version == "1.0.0"
    assert ids(packs) == ["team.alpha"]
    assert packs.offer().plans == ()
    packs.pin("team", pinned=False)
    assert [plan.version for plan in packs.offer().plans] == ["1.1.0"]
    with pytest.raises(LeadlineError, match="not kept here"):
        packs.pin("team", "0.9.0")


@pytest.mark.parametrize(
    ("manifest", "words"),
    [('needs = ">=99.0.0"\n', "needs leadline >=99.0.0"), ("expires = 2026-11-24\n", "expired on 2026-11-24")],
)
def test_what_is_not_for_now_is_refused(packs: Packs, tmp_path: Path, manifest: str, words: str) -> None:
    """A newer leadline's, and one past its day."""
    with pytest.raises(PackRefused, match=words):
        packs.plan(str(write_pack(tmp_path / "team", A, pack=manifest)))


def test_another_pack_where_one_was_is_no_update(packs: Packs, tmp_path: Path) -> None:
    """A file that was replaced by another pack's."""
    folder = write_pack(tmp_path / "team", A)
    add(packs, folder)
    write_pack(folder, B, id_="other", version="2.0.0")

    offer = packs.offer()
    assert offer.plans == ()
    assert "there is the pack other now" in offer.problems[0].words


@needs_ssh
def test_the_first_key_counts_from_then_on(packs: Packs, tmp_path: Path, clock: Clock) -> None:
    """Unsigned, by another key, or after its day: refused; a key that the rep names counts."""
    channel, key, other = tmp_path / "channel", make_key(tmp_path), make_key(tmp_path, "other")
    folder = write_pack(tmp_path / "team", A)
    offered(folder, channel, key)
    (plan,) = packs.plan(str(channel))
    assert plan.new_key
    packs.put(plan)

    write_pack(folder, A + B, version="1.1.0")
    offered(folder, channel, other)
    assert "signed by another key" in packs.offer().problems[0].words
    with pytest.raises(PackRefused, match="is not signed, but was"):
        packs.plan(str(folder))
    assert ids(packs) == ["team.alpha"]

    packs.trust("team", other.with_suffix(".pub").read_text("utf-8"), date(2026, 1, 1))
    assert "was trusted until 2026-01-01 only" in packs.offer().problems[0].words
    packs.trust("team", other.with_suffix(".pub").read_text("utf-8"))
    (plan,) = packs.offer().plans
    assert not plan.new_key


def test_by_itself_only_what_raises_no_doubt(make_packs: MakePacks, tmp_path: Path, clock: Clock) -> None:
    """Once a day; a third of the sources may go, not more; each is told once."""
    channel, folder = tmp_path / "channel", tmp_path / "team"
    packs = make_packs(f'channel = "{channel}"\n')
    offered(write_pack(folder, A + B + C), channel)
    add(packs, channel)
    assert packs.update_due() == ([], [])
    assert not packs.due

    offered(write_pack(folder, A + B, version="1.1.0"), channel)
    assert packs.update_due() == ([], [])
    clock.later(days=1)
    assert [plan.version for plan in packs.update_due()[0]] == ["1.1.0"]
    assert [each.words for each in packs.notices()] == [
        "pack team 1.0.0 → 1.1.0: 1 source fewer (1.1.0: what is new in 1.1.0)"
    ]

    offered(write_pack(folder, A, version="1.2.0"), channel)
    for _ in range(2):
        clock.later(days=1)
        assert packs.update_due() == ([], [])
    assert packs.state.waiting["team"].why == "it retires 1 of 2 sources"
    assert len(packs.notices()) == 2
    assert packs.notices(clock.now) == []
    (plan,) = packs.offer().plans
    packs.put(plan)
    assert packs.state.waiting == {}


def test_a_channel_in_the_config_is_all_that_a_rep_needs(make_packs: MakePacks, tmp_path: Path) -> None:
    """The first time all of it is taken; texts in a changelog cannot steer a terminal."""
    channel = tmp_path / "channel"
    offered(write_pack(tmp_path / "one", A, id_="one"), channel)
    folder = write_pack(tmp_path / "two", B, id_="two")
    text = folder.joinpath("pack.toml").read_text("utf-8")
    folder.joinpath("pack.toml").write_text(text.replace("what is new", r"\u001b[2Jhidden"), encoding="utf-8")
    offered(folder, channel)
    packs = make_packs(f'channel = "{channel}"\n')

    assert [plan.id for plan in packs.update_due()[0]] == ["one", "two"]
    assert ids(packs) == ["one.alpha", "two.beta"]
    assert len(packs.notices()) == 2
    assert "\x1b" not in packs.notices()[1].words


def test_a_channel_brings_new_packs_and_none_that_the_rep_removed(
    make_packs: MakePacks, tmp_path: Path, clock: Clock
) -> None:
    """What a manager adds reaches every rep; what a rep took away stays away."""
    channel = tmp_path / "channel"
    packs = make_packs(f'channel = "{channel}"\n')
    offered(write_pack(tmp_path / "one", A, id_="one"), channel)
    add(packs, channel)
    offered(write_pack(tmp_path / "two", B, id_="two"), channel)

    clock.later(days=1)
    assert [plan.id for plan in packs.update_due()[0]] == ["two"]
    packs.remove("one")
    clock.later(days=1)
    assert packs.update_due() == ([], [])
    assert ids(packs) == ["two.beta"]
    add(packs, Path("one"))
    assert ids(packs) == ["two.beta", "one.alpha"]


def test_a_channel_that_is_not_there_is_asked_again_within_the_hour(
    make_packs: MakePacks, tmp_path: Path, clock: Clock
) -> None:
    """A laptop without network keeps what it has, and does not wait for tomorrow."""
    folder = write_pack(tmp_path / "team", A)
    packs = make_packs()
    add(packs, folder)
    folder.rename(tmp_path / "away")

    taken, problems = packs.update_due()
    assert taken == []
    assert not problems[0].refused
    clock.later(minutes=59)
    assert packs.update_due() == ([], [])
    clock.later(minutes=1)
    assert packs.update_due()[1]
    assert ids(packs) == ["team.alpha"]


def test_two_processes_do_not_undo_each_other(packs: Packs, tmp_path: Path) -> None:
    """A plan that was overtaken is not put in force."""
    folder = write_pack(tmp_path / "team", A)
    (first,) = packs.plan(str(folder))
    packs.put(first)

    with pytest.raises(PackError, match="changed by another process"):
        packs.put(first)


def test_removing_what_is_not_there_gets_a_guess(packs: Packs, tmp_path: Path) -> None:
    """Of what is installed."""
    add(packs, write_pack(tmp_path / "team", A))

    with pytest.raises(LeadlineError) as failed:
        packs.remove("taem")
    assert "team" in failed.value.hint
