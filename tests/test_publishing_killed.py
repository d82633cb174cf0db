"""Publishers that are killed, and disks that fail: the bundle in use stays whole."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from made_published import ME, contents, in_use, judge, new_encoder, publish_all, publishable

from models.history import read_history
from models.pointer import newest_shipped
from models.publishing import rollback

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


def killed_at_each_step(home: Path, act: str) -> list[tuple[object, ...]]:
    """Kill an act at each of its steps; return what was found, without what is alike one after the other."""
    command = [sys.executable, str(HERE / "killed_publisher.py"), str(home), act]
    run = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert run.returncode == 0, run.stderr
    found = [tuple(json.loads(line).values()) for line in run.stdout.splitlines()]
    assert len(found) >= (20 if act != "rollback" else 6), "too few steps were hit"
    return [one for number, one in enumerate(found) if number == 0 or one != found[number - 1]]


@pytest.mark.slow
def test_a_publisher_killed_at_each_step(bundles: Path, home: Path) -> None:
    """Whatever step it dies at, the old bundle loads until the new one does; then it is done as if new.

    The bundle comes with an encoder of its own, so that every kind of step is among them.
    """
    publish_all(bundles, "a.1")
    wanted = judge(publishable(bundles, "e.1", encoder=new_encoder(bundles / "encoders")))
    assert killed_at_each_step(home, str(wanted)) == [
        (True, "a.1", 0, "e.1", []),
        (True, "e.1", 0, "e.1", []),
    ]


@pytest.mark.slow
def test_a_rollback_killed_at_each_step(bundles: Path, home: Path) -> None:
    """Whatever step it dies at, one of the two bundles is in use and whole."""
    publish_all(bundles, "a.1", "b.1")
    assert killed_at_each_step(home, "rollback") == [
        (True, "b.1", 0, "a.1", []),
        (True, "a.1", 0, "a.1", []),
    ]


def test_what_a_killed_publisher_wrote_ahead_is_set_right(bundles: Path, home: Path) -> None:
    """A record of a change that never came is followed by what is in use, and going back is not misled."""
    publish_all(bundles, "a.1", "b.1")
    (home / "CURRENT").write_text("a.1\n")  # as if b.1 had been recorded, and the rename had not come
    assert rollback(None, ME).bundle == newest_shipped().name


FAILING = """
import resource, sys
from models.publishing import Act, publish
if sys.argv[2] != "all":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    publish(sys.argv[1], Act("me"))
except OSError as error:
    print(error.strerror)
"""
#: Root may write everywhere; without these rights it is like anybody else (util-linux).
AS_ANYBODY = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.getuid() == 0 else []


def failure(wanted: Path, room: str, command: Sequence[str] = ()) -> str:
    """Publish in a process of its own, in which no file may get larger than ``room``; return what fails."""
    whole = [*command, sys.executable, "-c", FAILING, str(wanted), room]
    run = subprocess.run(whole, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.parametrize("room", ["100", "1000", "20000"])
def test_no_room(bundles: Path, home: Path, room: str) -> None:
    """Where the disk takes no more, the old bundle stays in use and nothing half-written remains."""
    publish_all(bundles, "a.1")
    wanted, before = judge(bundles / "b.1"), contents(home)
    assert failure(wanted, room) == "File too large"
    assert (contents(home), in_use()) == (before, "a.1")


@pytest.mark.parametrize("folder", [".", "bundles"])
def test_a_home_that_cannot_be_written(bundles: Path, home: Path, folder: str) -> None:
    """Without the right to write, publishing says so, and neither the record nor what is in use changes."""
    publish_all(bundles, "a.1")
    wanted, before = judge(bundles / "b.1"), read_history()
    (home / folder).chmod(0o555)
    try:
        assert failure(wanted, "all", AS_ANYBODY) == "Permission denied"
    finally:
        (home / folder).chmod(0o755)
    assert (read_history(), in_use()) == (before, "a.1")
