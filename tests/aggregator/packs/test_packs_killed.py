"""A real SIGKILL at every call of an update that changes the disk: either version is whole, the next look ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packing import source, write_pack

A, B, C = (source(name, f"https://{name}.example/feed") for name in "abc")

SCRIPT = """
import json, os, pathlib, shutil, sys
from datetime import UTC, datetime
from pathlib import Path
from aggregator import catalog, config
from aggregator.packs.installs import Packs

def dying_at(step):
    count = 0
    def dying(real):
        def call(*arguments, **options):
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), 9)
            return real(*arguments, **options)
        return call
    for place, name in ((os, "replace"), (os, "fsync"), (os, "mkdir"), (pathlib.Path, "open"), (shutil, "rmtree")):
        setattr(place, name, dying(getattr(place, name)))

base, found = Path(sys.argv[1]), []
for step in range(1, 100):
    path = base / str(step) / "leadline.toml"
    path.parent.mkdir()
    path.write_text(f'database = "x.db"\\n[packs]\\ncheck_every = "0.001s"\\n')
    packs = Packs(config.read(path), lambda: datetime.now(UTC))
    packs.put(packs.plan(str(base / "first"))[0])
    state = packs.state
    origin = str(base / "second")
    packs.library.switch(lambda s: s.__class__(packs={"team": s.packs["team"].__class__(
        **{**{f: getattr(s.packs["team"], f) for f in s.packs["team"].__struct_fields__}, "origin": origin})}))
    child = os.fork()
    if child == 0:
        dying_at(step)
        packs.update_due()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    whole = [source.id for source in catalog.load(packs.config).sources]
    version = packs.state.packs["team"].version
    packs.update_due()
    after = [source.id for source in catalog.load(packs.config).sources]
    left = len(list((path.parent / "packs" / "team").iterdir()))
    found.append((os.WIFSIGNALED(status), version, whole, packs.state.packs["team"].version, after, left))
    if not os.WIFSIGNALED(status):
        break
print(json.dumps(found))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_killed_anywhere_in_an_update(tmp_path: Path) -> None:
    """Sources of the old or of the new version, never a mixture; one more look and all is as if nothing had been."""
    write_pack(tmp_path / "first", A + B)
    write_pack(tmp_path / "second", A + B + C, version="1.1.0")
    root = Path(__file__).parent.parent.parent.parent
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    found = json.loads(ran.stdout)

    assert len(found) > 15
    assert [killed for killed, *_ in found] == [True] * (len(found) - 1) + [False]
    for _, version, whole, then, after, left in found:
        assert whole == (["team.a", "team.b"] if version == "1.0.0" else ["team.a", "team.b", "team.c"])
        assert (then, after) == ("1.1.0", ["team.a", "team.b", "team.c"])
        assert left == 2
    assert {version for _, version, *_ in found} == {"1.0.0", "1.1.0"}
