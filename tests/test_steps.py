"""A long job goes on where it was killed, and never runs twice at a time."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from training.steps import AnotherJob, Steps, alone, listing_sha256, sources_sha256

HOLDER = """
import sys, time
from pathlib import Path
from training.steps import alone
with alone(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(60)
"""


def home(tmp_path: Path) -> Path:
    """Return a locked folder of jobs."""
    with alone(tmp_path / "retrain"):
        return tmp_path / "retrain"


def counted(made: list[str], name: str) -> Any:
    """Return a step that says when it is done anew."""

    def make() -> str:
        made.append(name)
        return f"{name}!"

    return make


def test_a_step_is_done_once(tmp_path: Path) -> None:
    """A second run of the same job takes what the first one made, and does only what is missing."""
    made: list[str] = []
    first = Steps(home(tmp_path), {"feedback": "1"})
    assert first("a", counted(made, "a")) == "a!"
    second = Steps(home(tmp_path), {"feedback": "1"})
    assert [second(name, counted(made, name)) for name in "ab"] == ["a!", "b!"]
    assert made == ["a", "b"]


def test_other_inputs_start_anew(tmp_path: Path) -> None:
    """A changed input takes nothing over, and clears away what the other job had left."""
    made: list[str] = []
    Steps(home(tmp_path), {"feedback": "1"})("a", counted(made, "a"))
    Steps(home(tmp_path), {"feedback": "2"})("a", counted(made, "a"))
    assert made == ["a", "a"]
    assert len([p for p in home(tmp_path).iterdir() if p.is_dir()]) == 1


def test_a_step_that_fails_is_not_kept(tmp_path: Path) -> None:
    """What was raised comes through, and the step is done again next time."""
    made: list[str] = []
    steps = Steps(home(tmp_path), {})
    with pytest.raises(ZeroDivisionError):
        steps("a", lambda: 1 / 0)
    assert steps("a", counted(made, "a")) == "a!"


def test_a_half_written_step_is_not_read(tmp_path: Path) -> None:
    """What a kill left of a step that was being kept is written anew."""
    made: list[str] = []
    steps = Steps(home(tmp_path), {})
    (steps.folder / "a.part").write_bytes(b"\x80half")
    assert steps("a", counted(made, "a")) == "a!"
    assert sorted(p.name for p in steps.folder.iterdir()) == ["a.joblib"]


def test_a_job_that_is_done_keeps_its_outcome_only(tmp_path: Path) -> None:
    """The outcome is read again, the steps are gone, and another job leaves it alone."""
    steps = Steps(home(tmp_path), {"feedback": "1"})
    assert steps.outcome() is None
    steps("a", lambda: 1)
    steps.finish({"passed": True})
    Steps(home(tmp_path), {"feedback": "2"})
    assert Steps(home(tmp_path), {"feedback": "1"}).outcome() == {"passed": True}
    assert [p.name for p in steps.folder.iterdir()] == ["done.json"]


def test_only_its_user_may_read_it(tmp_path: Path) -> None:
    """The folders of jobs are private."""
    steps = Steps(home(tmp_path), {})
    assert {oct(p.stat().st_mode & 0o777) for p in (steps.folder, steps.folder.parent)} == {"0o700"}


def test_two_jobs_never_run_at_a_time(tmp_path: Path) -> None:
    """While one process has the lock another is refused; killed with -9, it blocks nobody."""
    folder = tmp_path / "retrain"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        with pytest.raises(AnotherJob, match="another retraining is running"), alone(folder):
            pass
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        if holder.stdout is not None:
            holder.stdout.close()
    with alone(folder):
        assert (folder / "lock").exists()


def test_the_key_follows_code_and_corpora(tmp_path: Path) -> None:
    """A changed source file and a changed corpus give another sha256, a compiled file does not."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("x = 1")
    (tmp_path / "corpora" / "babe").mkdir(parents=True)
    code, corpora = (
        sources_sha256(tmp_path / "code"),
        listing_sha256(tmp_path / "corpora", {"babe", "absent"}),
    )
    (tmp_path / "code" / "a.pyc").write_bytes(b"x")
    assert sources_sha256(tmp_path / "code") == code
    (tmp_path / "code" / "a.py").write_text("x = 2")
    (tmp_path / "corpora" / "babe" / "rows.csv").write_text("1")
    assert sources_sha256(tmp_path / "code") != code
    assert listing_sha256(tmp_path / "corpora", {"babe", "absent"}) != corpora
