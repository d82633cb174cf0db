"""Publishing: what the gate must say, what is recorded, and what is in use afterwards."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from made_published import (
    ME,
    contents,
    in_use,
    judge,
    publish_all,
)

from models import switch
from models.encoder import file_sha256
from models.history import Entry, read_history
from models.pointer import current_bundle_path, newest_shipped
from models.publishing import Act, Change, PublishRefused, publish, rollback


def test_publish_from_elsewhere(bundles: Path, home: Path) -> None:
    """A folder from anywhere is copied whole with what lies beside it, recorded, and in use."""
    source = judge(bundles / "a.1")
    (bundles / "a.1-report").mkdir()
    (bundles / "a.1-report" / "report.json").write_text("{}")
    shipped, gate = newest_shipped(), bundles / "a.1-gate.json"
    change = publish(str(source), ME)
    digest = file_sha256(source / "manifest.json")
    assert change == Change("a.1", digest, shipped.name)
    assert current_bundle_path() == home / "bundles" / "a.1"
    assert contents(home / "bundles") == {
        **{f"a.1/{name}": content for name, content in contents(source).items()},
        "a.1-gate.json": gate.read_bytes(), "a.1-report/report.json": b"{}",
    }  # fmt: skip
    first, second = read_history()
    assert (first.action, first.bundle, first.before) == ("found", shipped.name, None)
    assert second == Entry(
        second.at, "publish", "a.1", digest, shipped.name, "me", "a test", "", file_sha256(gate)
    )


def test_publish_what_is_here(bundles: Path, home: Path) -> None:
    """A bundle that training wrote into the home is published by its version, where it lies."""
    shutil.copytree(bundles / "a.1", home / "bundles" / "a.1")
    judge(home / "bundles" / "a.1")
    before = contents(home / "bundles")
    assert publish("a.1", ME).bundle == "a.1"
    assert (contents(home / "bundles"), in_use()) == (before, "a.1")


def test_publish_twice(bundles: Path) -> None:
    """What is in use already is not recorded again, also when a chain of jobs starts over."""
    publish_all(bundles, "a.1")
    before = read_history()
    assert publish(str(bundles / "a.1"), ME).before == "a.1"
    assert publish("a.1", ME).bundle == "a.1"
    assert read_history() == before


NO: dict[str, tuple[Callable[[Path], object], str]] = {
    "none": (lambda path: None, "b.1-gate.json is missing: the gate has not judged this bundle"),
    "no": (lambda path: judge(path, publish=False), "the gate says no: opinion.babe.macro_f1 fell"),
    "of another": (
        lambda path: judge(path, sha256="0" * 64),
        "the gate judged another bundle of this version",
    ),
    "against another": (
        lambda path: judge(path, against={"sha256": "0" * 64}),
        "the gate compared it with a bundle that is no longer in use",
    ),
    "broken": (
        lambda path: (path.parent / "b.1-gate.json").write_text("{"),
        "b.1-gate.json cannot be read",
    ),
}


@pytest.mark.parametrize("name", NO)
def test_the_gate_must_say_yes(bundles: Path, home: Path, name: str) -> None:
    """Without a decision for this very bundle nothing changes, unless a reason is given, which is kept."""
    publish_all(bundles, "a.1")
    before = contents(home)
    spoil, said = NO[name]
    spoil(bundles / "b.1")
    with pytest.raises(PublishRefused) as caught:
        publish(str(bundles / "b.1"), ME)
    assert (str(caught.value), contents(home)) == (f"b.1: {said}", before)
    publish(str(bundles / "b.1"), Act("me", force="it is urgent"))
    assert (in_use(), read_history()[-1].forced) == ("b.1", "it is urgent")


def test_one_publisher_at_a_time(bundles: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody publishes, others wait, and give up after a while without a trace."""
    publish_all(bundles, "a.1")
    monkeypatch.setattr(switch, "PATIENCE_SECONDS", 0.1)
    before = contents(home)
    with (home / "publish.lock").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        for act in (lambda: publish(str(judge(bundles / "b.1")), ME), lambda: rollback(None, ME)):
            with pytest.raises(PublishRefused, match=r"^another publish or rollback is under way$"):
                act()
    assert contents(home) == before


@pytest.mark.slow
def test_two_publishers_at_once(bundles: Path) -> None:
    """Two processes that publish at the same moment come one after the other; the record is a chain."""
    script = "import sys; from models.publishing import *; publish(sys.argv[1], Act('me', force='at once'))"
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(bundles / version)])
        for version in ("a.1", "b.1", "c.1")
    ]
    assert [run.wait(60) for run in runs] == [0, 0, 0]
    entries = read_history()
    assert [entry.before for entry in entries[1:]] == [entry.bundle for entry in entries[:-1]]
    assert {entry.bundle for entry in entries[1:]} == {"a.1", "b.1", "c.1"}
    assert in_use() == entries[-1].bundle
