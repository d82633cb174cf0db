"""``slantwise retrain``: what it refuses, what it says, and the share of the machine that it takes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bundles import tiny_bundle
from click.testing import CliRunner
from made_judgements import line, write_lines

from models.pointer import local_bundles
from training import commands_retrain, retrain
from training.feedback_sift import REASONS
from training.retrain import Order, Outcome
from training.steps import AnotherJob, alone

pytestmark = pytest.mark.slow

SHARE = """
import json, os
import joblib, numpy, scipy.linalg, sklearn.cluster
from threadpoolctl import threadpool_info
from training.commands_retrain import share

def threads(_):
    return [os.nice(0), sorted({pool["num_threads"] for pool in threadpool_info()})]

with share(2, 7):
    here = threads(0)
    there = joblib.Parallel(n_jobs=2)(joblib.delayed(threads)(i) for i in range(2))
print(json.dumps([here, *there]))
"""


@pytest.fixture
def feedback(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of feedback on a bundle in use, in a home of its own."""
    monkeypatch.delenv("SLANTWISE_BUNDLE", raising=False)
    monkeypatch.setenv("SLANTWISE_CORPORA", str(home / "corpora"))
    tiny_bundle(local_bundles() / "a.1", version="a.1")
    (home / "CURRENT").write_text("a.1\n", "utf-8")
    return write_lines(home / "feedback.jsonl", [line(start=None, end=None)])


def run(*args: str) -> tuple[int, str]:
    """Call the command and return its exit status and what it says."""
    done = CliRunner().invoke(commands_retrain.retrain, ["--nice", "0", *args])
    return done.exit_code, done.output


def test_an_ill_formed_file(feedback: Path) -> None:
    """The line is named, nothing is made, and no traceback is shown."""
    write_lines(feedback, [line(raters=0)])
    assert run("--feedback", str(feedback)) == (
        1, "Error: feedback.jsonl, line 2: raters: Input should be greater than or equal to 1\n",
    )  # fmt: skip
    assert [p.name for p in local_bundles().iterdir()] == ["a.1"]


def test_fine_tuning_is_refused_until_it_is_built(feedback: Path) -> None:
    """What is not built is refused, not ignored."""
    assert run("--feedback", str(feedback), "--finetune") == (
        1, "Error: --finetune is not built yet; without it the heads are refitted\n",
    )  # fmt: skip


def test_two_jobs(feedback: Path, home: Path) -> None:
    """While another retraining has the lock this one says so and ends."""
    said_first = "from training.steps import alone; from pathlib import Path; import sys"
    holder = f"{said_first}\nwith alone(Path(sys.argv[1])):\n    print('locked', flush=True)\n    input()"
    command = [sys.executable, "-c", holder, str(home / "retrain")]
    with subprocess.Popen(command, stdin=-1, stdout=-1) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        said = run("--feedback", str(feedback))
        other.communicate(b"\n")
    assert said == (1, "Error: another retraining is running on this SLANTWISE_HOME\n")


def test_nothing_to_learn(feedback: Path) -> None:
    """A file of which nothing can teach is no failure; the reasons and what is absent are told."""
    status, said = run("--feedback", str(feedback))
    assert status == 0
    first, second, last = said.splitlines()
    assert first.startswith("not on this machine: advocacy-sites, allsides, ")
    assert first.endswith("; only what is here teaches")
    assert second == f"left out: 1, {REASONS['needs_a_part']}"
    assert last == "no bundle was made: nothing in the file can teach"


@pytest.mark.parametrize("passed", [True, False])
def test_what_is_told(feedback: Path, monkeypatch: pytest.MonkeyPatch, passed: bool) -> None:
    """The verdict stands with its reasons; a refusal has exit status 3, and is never published."""
    published: list[str] = []
    reasons = () if passed else ("opinion (held_out, fast): macro_f1 may be worse by 0.100",)
    monkeypatch.setattr(retrain, "retrain", lambda _: Outcome("b.1", passed, reasons, 7, {"copy": 2}, ()))
    monkeypatch.setattr(retrain, "publish_candidate", lambda version, _: published.append(version))
    status, said = run("--feedback", str(feedback), "--publish")
    assert status == (0 if passed else 3)
    assert said.splitlines()[:3] == [
        f"left out: 2, {REASONS['copy']}", "taught by 7 judgements: b.1",
        f"gate: {'pass' if passed else 'fail'} (see b.1-gate.md beside the bundle)",
    ]  # fmt: skip
    assert published == (["b.1"] if passed else [])
    assert said.splitlines()[3:] == (
        ["published: b.1 is in use"] if passed else [f"  {reasons[0]}", "Error: b.1 is not published"]
    )


def test_without_the_wish_nothing_is_published(feedback: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A candidate that passes stays a candidate, and the order says what was asked."""
    orders: list[Order] = []

    def passing(order: Order) -> Outcome:
        orders.append(order)
        return Outcome("b.1", True, (), 7, {}, ())

    monkeypatch.setattr(retrain, "retrain", passing)
    monkeypatch.setattr(retrain, "publish_candidate", lambda *_: pytest.fail("published"))
    args = (
        "--feedback",
        str(feedback),
        "--tier",
        "research",
        "--seed",
        "3",
        "--jobs",
        "1",
        "--version",
        "b.1",
    )
    assert run(*args)[0] == 0
    [order] = orders
    assert (order.feedback, order.tier, order.seed, order.jobs, order.version) == (
        feedback, "research", 3, 1, "b.1",
    )  # fmt: skip


def test_the_share_of_the_machine() -> None:
    """At most ``jobs`` processes of one thread each, all of them at the priority that was asked for."""
    done = subprocess.run([sys.executable, "-c", SHARE], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == [[7, [1]]] * 3


def test_the_lock_is_released(home: Path) -> None:
    """A second job may run when the first has ended, also by an error."""
    with pytest.raises(ZeroDivisionError), alone(home / "retrain"):
        raise ZeroDivisionError
    with alone(home / "retrain"), pytest.raises(AnotherJob), alone(home / "retrain"):
        pass
